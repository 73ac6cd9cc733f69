import { BrokerError } from '#core/errors.ts'
import { type MintedBinding, mintBinding } from '#core/launch/browser-binding.ts'
import { launchIdOf } from '#core/launch/launch-id.ts'
import type { OneTimeStore } from '#core/launch/one-time-store.ts'
import { bearerHash } from '#core/launch/seal-under.ts'
import { Secret } from '#core/secret.ts'
import {
  type AcceptedSignOn,
  type AcceptSignOnDeps,
  acceptSignOn,
} from '#core/sign-on/accept-sign-on.ts'
import { type AcceptResponseDeps, acceptResponse } from './accept-response.ts'
import { samlFacts } from './asserted-facts.ts'
import type { SamlRequestClear } from './begin-sign-on.ts'
import { findSamlConnection } from './find-saml-connection.ts'
import { serviceProvider } from './saml-settings.ts'
import { samlSignOnKeys } from './sign-on-keys.ts'
import { type TakenRequest, takeRequest } from './take-request.ts'

export interface CompleteSamlSignOnDeps extends AcceptResponseDeps, AcceptSignOnDeps {
  readonly requests: OneTimeStore<SamlRequestClear>
  /** `PUBLIC_BASE_URL` */
  readonly publicBaseUrl: string
}

/** What came to an assertion consumer service. */
export interface PostedAnswer {
  readonly connection: string
  readonly samlResponse: string
  readonly relayState: string | undefined
  /** Hashes of the launch cookies that this browser presents. */
  readonly cookieHashes: readonly string[]
}

/** A sign-on, and the cookie that it gives a browser which had none. */
type Begun = TakenRequest & { readonly minted?: MintedBinding }

export interface SamlSignedOn {
  readonly accepted: AcceptedSignOn
  /** Of a browser that asked for nothing: it gets its cookie with this answer. */
  readonly binding?: MintedBinding
}

/**
 * Ends a sign-on at its identity provider: the answer is verified and accepted once, and the browser
 * that asked for it goes on to the app.
 *
 * @throws BrokerError `saml_connection_unknown`, and as {@link acceptResponse}, {@link takeRequest},
 * {@link samlFacts} and {@link acceptSignOn} say
 */
export async function completeSamlSignOn(
  { connection: id, samlResponse, relayState, cookieHashes }: PostedAnswer,
  deps: CompleteSamlSignOnDeps,
): Promise<SamlSignedOn> {
  const { connection, scheme } = await findSamlConnection(id, deps)
  const about = { connection: connection.id, app: connection.app }
  const count = (outcome: 'refused' | 'failed') =>
    deps.metrics.add({ name: 'Launches', connection: connection.id, outcome })
  const own = serviceProvider(deps.publicBaseUrl, connection.id)
  try {
    const accepted = await acceptResponse(
      samlResponse,
      scheme,
      own,
      (request) =>
        takeRequest(request, { connection: id, cookieHashes, relayState }, deps.requests),
      deps,
    )
    const facts = samlFacts(accepted, scheme.mapping)
    const begun: Begun = accepted.request ?? unaskedFor(samlResponse)
    const { launchId, browser, minted } = begun
    if (accepted.usesSha1) {
      deps.log.warn('saml_sha1_accepted', { launchId, ...about })
      deps.metrics.add({ name: 'SamlWeaknesses', connection: connection.id, reason: 'sha1' })
    }
    const signOn = {
      connection,
      launchId,
      browser,
      facts,
      signOnKeys: samlSignOnKeys({
        idp: scheme.idp.entityId,
        own,
        nameId: accepted.nameId,
        sessionIndex: accepted.sessionIndex,
      }),
      ...(accepted.sessionEndsAt !== undefined && { endsAt: accepted.sessionEndsAt }),
    }
    return {
      accepted: await acceptSignOn(signOn, deps),
      ...(minted && { binding: minted }),
    }
  } catch (thrown) {
    const error = BrokerError.from(thrown).about(about)
    count(error.status < 500 ? 'refused' : 'failed')
    throw error
  }
}

/** A sign-on that began at the provider is named here, and bound to the browser that brings it. */
function unaskedFor(samlResponse: string): Begun {
  const keyHash = bearerHash(new Secret(samlResponse))
  const minted = mintBinding(keyHash)
  return { launchId: launchIdOf(keyHash), browser: minted, minted }
}
