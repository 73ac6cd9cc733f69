import { randomUUID } from 'node:crypto'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { SignOnConnection, SsoDestination } from '#core/registry/registry.ts'
import type { Clock } from '#core/time.ts'
import type { HandOver } from './hand-over.ts'
import { type JudgeOptions, judgeAnswer } from './judge-answer.ts'
import { type ProveMessageDeps, proveMessage } from './prove-message.ts'
import { ssoMessage } from './sso-message.ts'

const DISPATCH_TIMEOUT_MS = 10_000

/** A page of an app's own; far less than what a function may answer. */
const MOST_PAGE_BYTES = 512 * 1024

/** What fails before a connection stands, so that not one byte of a message has left. */
const NEVER_CONNECTED = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED']

/** Where the app wants the browser: at an address, or at the page that it sent; else nowhere. */
export interface Dispatched {
  readonly location?: URL
  readonly html?: string
}

export interface DispatchSsoDeps extends JudgeOptions, ProveMessageDeps {
  readonly egress: Egress
  readonly publicBaseUrl: string
  readonly now: Clock
}

/**
 * Tells the app who signed on, and judges what it answers.
 *
 * @throws BrokerError `sso_destination_unavailable` when no answer came, else as `judgeAnswer` says
 */
export async function dispatchSso(
  handOver: HandOver,
  connection: SignOnConnection,
  destination: SsoDestination,
  deps: DispatchSsoDeps,
): Promise<Dispatched> {
  const message = ssoMessage(handOver, connection, destination, {
    publicBaseUrl: deps.publicBaseUrl,
    now: deps.now(),
    messageId: randomUUID(),
    attemptId: randomUUID(),
  })
  const proof = await proveMessage(message, destination, deps)
  const send = () =>
    deps.egress(
      destination.url,
      {
        method: 'POST',
        headers: { ...proof, 'content-type': 'application/json' },
        body: JSON.stringify(message.body),
      },
      // Unless the app sends pages, the body of its answer is not read, however long it is.
      {
        timeoutMs: DISPATCH_TIMEOUT_MS,
        ...(destination.showsHtml ? { maxBytes: MOST_PAGE_BYTES } : { stream: true }),
      },
    )

  const answer = await send().catch(retryUnsent(send)).catch(translate)
  if (!destination.showsHtml) await answer.body?.cancel()
  const { isPage, location } = judgeAnswer(answer, destination, deps)
  if (isPage) return { html: await answer.text() }
  return location ? { location } : {}
}

/**
 * Once more, and only where the name was not found or the connection refused: an app may take a message
 * once and be slow to say so.
 */
function retryUnsent(send: () => Promise<Response>) {
  return (error: unknown) => {
    const { code, detail } = BrokerError.from(error)
    const neverLeft =
      code === 'upstream_unavailable' && NEVER_CONNECTED.includes(detail.reason ?? '')
    if (neverLeft) return send()
    throw error
  }
}

/** The egress client's errors speak of the EHR; this is the app. */
function translate(thrown: unknown): never {
  const cause = BrokerError.from(thrown)
  if (cause.code === 'internal_error') throw cause
  throw new BrokerError('sso_destination_unavailable', {
    cause,
    detail: { ...cause.detail, reason: [cause.code, cause.detail.reason ?? ''].join(' ').trim() },
  })
}
