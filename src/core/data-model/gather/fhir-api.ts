import { isObject, type Json, wordOf } from '#core/data-model/mapping/json.ts'
import type { OpenAnswer, StreamingEgress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import { type Ask, needOf } from '#core/fhir/ask.ts'
import { checkScope } from '#core/fhir/check-scope.ts'
import { pageUrl } from '#core/fhir/ehr-addresses.ts'
import { checkGrant } from '#core/fhir/guards/check-grant.ts'
import { checkPolicy } from '#core/fhir/guards/check-policy.ts'
import { checkAskedPatient } from '#core/fhir/guards/patient-guard.ts'
import type { Interaction, InteractionCode } from '#core/fhir/interactions.ts'
import { sendUpstream } from '#core/fhir/send-upstream.ts'
import type { UpstreamPauses } from '#core/fhir/upstream-pauses.ts'
import type { DpopProofs } from '#core/oauth/dpop-proofs.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'
import { fhirStreamingEgress } from '#core/vendors/fhir-egress.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { readJson } from './read-json.ts'
import { sharedToken } from './shared-token.ts'

export interface FhirApiDeps {
  readonly sessions: SessionStore
  readonly tokens: AccessTokens
  readonly egress: StreamingEgress
  /** For tokens that are bound to a key. */
  readonly proofs: DpopProofs
  readonly pauseUpstream: UpstreamPauses
  readonly log: EventLog
}

/** Whose session it is, and what its requests are held to. */
export interface FhirApiContext {
  readonly session: Session
  readonly connection: Connection
  /** Of the app's access token. */
  readonly scope: string
  /** Is told each thing that is asked of the EHR, before it is sent. */
  readonly onAsk: (ask: Ask) => void
  /** Is told when the EHR has answered something that can be used. */
  readonly onAnswer: () => void
  /** Ends what is under way at the EHR when its time is over. */
  readonly deadline: AbortSignal
  /** What is left of the invocation, in milliseconds. */
  readonly remainingMs: () => number
}

/**
 * The EHR's FHIR API in a session, as a caller of it: the session's token, renewed when that is due,
 * and every rule that the FHIR door has for what is asked.
 */
export interface FhirApi {
  /**
   * Reads a resource; `undefined` where there is none.
   *
   * @throws BrokerError what the door's guards, the egress and the vault throw; `upstream_answer_invalid`
   */
  read(type: string, id: string): Promise<Json | undefined>
  /** Searches, and answers the first page. Throws as {@link FhirApi.read} does. */
  search(type: string, parameters: URLSearchParams): Promise<Page>
  /** The page that `next` of an earlier one leads to. Throws as {@link FhirApi.read} does. */
  follow(page: Page): Promise<Page>
  /**
   * Creates a resource, if the EHR has none with the identifier: where servers know `If-None-Exist`.
   *
   * @throws BrokerError as {@link FhirApi.read} does; `upstream_write_refused`
   */
  create(resource: Json, identifier: Identifier): Promise<void>
  /**
   * Writes a resource that was read, as long as nobody else has written it since.
   *
   * @throws BrokerError as {@link FhirApi.create} does
   */
  update(resource: Json): Promise<void>
  /** The id of a resource of this server that a reference is to; of a foreign one, `undefined`. */
  localReference(reference: string): string | undefined
}

/** What a resource is known by, besides its id. */
export interface Identifier {
  readonly system: string
  readonly value: string
}

/** One page of a search. */
export interface Page {
  readonly type: string
  readonly resources: readonly Json[]
  /** Where the next page is; absent on the last. */
  readonly next?: string
  /** Where this one is: a `next` may be relative to it. */
  readonly url: URL
}

const NO_RESOURCE = [404, 410]

export function fhirApi(
  { session, connection, scope, onAsk, onAnswer, deadline, remainingMs }: FhirApiContext,
  deps: FhirApiDeps,
): FhirApi {
  const base = connection.fhirBaseUrl.replace(/\/+$/, '')
  const { pagingHosts } = profileOf(connection)
  const toEhr = fhirStreamingEgress(deps.egress, connection, session.members)
  const egress: StreamingEgress = (target, request, options) =>
    toEhr(target, request, { ...options, signal: deadline })
  const tokens = sharedToken(deps.tokens)
  const guarded = connection.fhirPolicy?.patientGuard ? session.patient : undefined

  function permit(ask: Ask): void {
    checkScope(needOf(ask), scope)
    const { fhirPolicy = {} } = connection
    checkPolicy([ask], fhirPolicy)
    if (fhirPolicy.enforceScopes) checkGrant([ask], [needOf(ask)], session.scopes)
    if (guarded !== undefined) checkAskedPatient([ask], guarded)
  }

  const send = (url: URL, write?: Write) =>
    deps.pauseUpstream(connection.id, () =>
      sendUpstream(
        url,
        (accessToken) => ({
          method: write?.method ?? 'GET',
          headers: {
            accept: 'application/fhir+json',
            ...(write && { 'content-type': 'application/fhir+json', ...write.headers }),
            authorization: `Bearer ${accessToken.reveal()}`,
          },
          ...(write && { body: Buffer.from(JSON.stringify(write.resource)) }),
        }),
        {
          egress,
          tokens,
          proofs: deps.proofs,
          session,
          mayRepeat: write === undefined,
          isOpaque: false,
          redirectTarget: () => undefined,
          renewedTokenRefused: async ({ id, tokenVersion }) => {
            await deps.sessions.demandReauthorization(id, tokenVersion)
            deps.log.warn('session_reauthorization_required', {
              launchId: session.launchId,
              app: session.app,
              connection: connection.id,
            })
          },
          remainingMs,
        },
      ),
    )

  /** What the EHR answers, judged; `upstream_timeout` when the time of all is over. */
  async function ask<Answer>(
    url: URL,
    judge: (answer: OpenAnswer) => Promise<Answer>,
    write?: Write,
  ) {
    try {
      const judged = await judge(await send(url, write))
      onAnswer()
      return judged
    } catch (error) {
      if (deadline.aborted) throw new BrokerError('upstream_timeout', { cause: error })
      throw error
    }
  }

  async function page(type: string, url: URL): Promise<Page> {
    const bundle = await ask(url, readJson)
    if (bundle['resourceType'] !== 'Bundle') throw notFhir()
    const next = nextOf(bundle)
    return { type, resources: resourcesOf(bundle), url, ...(next !== undefined && { next }) }
  }

  /** Sends what is written, if every guard lets it be. */
  async function put(asked: Ask, url: URL, write: Write): Promise<void> {
    permit(asked)
    onAsk(asked)
    await ask(url, judgeWritten, write)
  }

  return {
    async create(resource, { system, value }) {
      const type = wordOf(resource['resourceType'])
      const interaction = { code: 'create', type, isConditional: true } as const
      const headers = {
        'if-none-exist': `identifier=${encodeURIComponent(system)}|${encodeURIComponent(value)}`,
      }
      const write: Write = { method: 'POST', headers, resource }
      await put(aWrite(interaction, write), new URL(`${base}/${type}`), write)
    },
    async update(resource) {
      const type = wordOf(resource['resourceType'])
      const id = wordOf(resource['id'])
      const { meta } = resource
      const version = isObject(meta) ? meta['versionId'] : undefined
      const headers = typeof version === 'string' ? { 'if-match': `W/"${version}"` } : {}
      const write: Write = { method: 'PUT', headers, resource }
      const interaction = { code: 'update', type, id, isConditional: false } as const
      const url = new URL(`${base}/${type}/${encodeURIComponent(id)}`)
      await put(aWrite(interaction, write), url, write)
    },
    async read(type, id) {
      const asked = anAsk('read', type, new URLSearchParams(), id)
      permit(asked)
      onAsk(asked)
      const url = new URL(`${base}/${type}/${encodeURIComponent(id)}`)
      const resource = await ask(url, async (answer) => {
        if (!NO_RESOURCE.includes(answer.status)) return readJson(answer)
        await answer.body?.cancel()
        return undefined
      })
      if (resource === undefined) return undefined
      if (resource['resourceType'] !== type || resource['id'] !== id) throw notFhir()
      return resource
    },
    async search(type, parameters) {
      const asked = anAsk('search', type, parameters)
      permit(asked)
      onAsk(asked)
      const query = [...parameters]
        .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
        .join('&')
      return page(type, new URL(`${base}/${type}?${query}`))
    },
    async follow({ type, next = '', url: from }) {
      const target = URL.canParse(next, from.href) ? new URL(next, from) : undefined
      const ofBase = target && targetOf(target, base)
      const url = ofBase === undefined ? undefined : pageUrl(ofBase, base, pagingHosts)
      if (!url) {
        throw new BrokerError('upstream_refused', {
          detail: { connection: connection.id, reason: 'foreign_link' },
        })
      }
      return page(type, url)
    },
    localReference(reference) {
      const relative = reference.startsWith(`${base}/`)
        ? reference.slice(base.length + 1)
        : reference
      return /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}(?=$|\/_history\/)/.exec(relative)?.[0]
    },
  }
}

/** What is written, and how. */
interface Write {
  readonly method: 'POST' | 'PUT'
  readonly headers: Readonly<Record<string, string>>
  readonly resource: Json
}

function aWrite(interaction: Interaction, { method, resource }: Write): Ask {
  return { interaction, method, parameters: new URLSearchParams(), resource: () => resource }
}

/** Any success: the EHR has it, whatever it tells of it. @throws BrokerError `upstream_write_refused` */
async function judgeWritten(answer: OpenAnswer): Promise<void> {
  await answer.body?.cancel()
  const { status } = answer
  if (status >= 200 && status < 300) return
  throw new BrokerError('upstream_write_refused', {
    hint: `It answered with the status ${status}.`,
    detail: { status },
  })
}

function anAsk(code: InteractionCode, type: string, parameters: URLSearchParams, id?: string): Ask {
  return {
    interaction: { code, type, isConditional: false, ...(id !== undefined && { id }) },
    method: 'GET',
    parameters,
    resource: () => undefined,
  }
}

/** A link as `pageUrl` takes it: what follows the base, or an address elsewhere. */
function targetOf(target: URL, base: string): string {
  const { host, pathname } = new URL(base)
  const isOfBase = target.host === host && target.pathname.startsWith(pathname)
  return isOfBase ? target.pathname.slice(pathname.length) + target.search : target.href
}

function nextOf({ link }: Json): string | undefined {
  const next = Array.isArray(link)
    ? link.find((one) => isObject(one) && one['relation'] === 'next')
    : undefined
  return isObject(next) && typeof next['url'] === 'string' ? next['url'] : undefined
}

function resourcesOf({ entry }: Json): readonly Json[] {
  if (entry === undefined) return []
  if (!Array.isArray(entry)) throw notFhir()
  return entry.flatMap((one) =>
    isObject(one) && isObject(one['resource']) ? [one['resource']] : [],
  )
}

function notFhir(): BrokerError {
  return new BrokerError('upstream_answer_invalid', { detail: { reason: 'not_the_resource' } })
}
