import { randomBytes } from 'node:crypto'
import { BrokerError } from '#core/errors.ts'
import { type MintedBinding, mintBinding } from '#core/launch/browser-binding.ts'
import { launchIdOf } from '#core/launch/launch-id.ts'
import { bearerHash } from '#core/launch/seal-under.ts'
import type { SecretReader } from '#core/registry/registry.ts'
import type { SignedLinkScheme } from '#core/registry/sign-on-scheme.ts'
import type { ReplayStore } from '#core/replay-store.ts'
import { Secret } from '#core/secret.ts'
import {
  type AcceptedSignOn,
  type AcceptSignOnDeps,
  acceptSignOn,
} from '#core/sign-on/accept-sign-on.ts'
import { assertedFacts } from '#core/sign-on/asserted-facts.ts'
import { checkHmacLink } from './check-hmac-link.ts'
import { checkJwtLink, type LinkKeys } from './check-jwt-link.ts'
import { type CheckedLink, refusedLink } from './checked-link.ts'
import type { LinkConnection } from './link-connection.ts'

export interface SignOnByLinkDeps extends AcceptSignOnDeps, Pick<LinkKeys, 'keysAt'> {
  /** The links' secrets. */
  readonly linkSecrets: SecretReader
  readonly replays: ReplayStore
}

/**
 * Signs on who comes with a link that the EHR signed: once, and within its time. The link is bound to
 * no browser, so the ticket that comes of it is: to the one that opened the link first.
 *
 * @param query as the browser has it, byte for byte, without the question mark
 * @throws BrokerError `link_invalid`, `link_expired`, `link_used`, `identity_unknown`
 */
export async function signOnByLink(
  connection: LinkConnection,
  query: string,
  deps: SignOnByLinkDeps,
): Promise<{ readonly accepted: AcceptedSignOn; readonly binding: MintedBinding }> {
  const bearer = new Secret(randomBytes(32).toString('base64url'))
  const keyHash = bearerHash(bearer)
  const launchId = launchIdOf(keyHash)
  try {
    const link = await checkLink(query, connection.signOn, deps)
    const facts = assertedFacts(connection.signOn.mapping, link.said)
    const isFirst = await deps.replays.markSeen(
      `link ${connection.id}`,
      link.id,
      Math.ceil(link.replayableUntil),
    )
    if (!isFirst) throw new BrokerError('link_used')

    const binding = mintBinding(keyHash)
    const signOn = { connection, launchId, browser: binding, facts }
    return { accepted: await acceptSignOn(signOn, deps), binding }
  } catch (thrown) {
    const error = BrokerError.from(thrown)
    deps.metrics.add({
      name: 'Launches',
      connection: connection.id,
      outcome: error.status < 500 ? 'refused' : 'failed',
    })
    throw error.about({ launchId, connection: connection.id, app: connection.app })
  }
}

async function checkLink(
  query: string,
  { link, windowSeconds }: SignedLinkScheme,
  { linkSecrets, keysAt, now }: SignOnByLinkDeps,
): Promise<CheckedLink> {
  const time = { windowSeconds, now: now() }
  const known = link.secretRef === undefined ? [] : await linkSecrets.read(link.secretRef)
  if (link.format === 'hmac') return checkHmacLink(query, link, known, time)

  const [jwt, another] = new URLSearchParams(query).getAll(link.parameter)
  if (!jwt) throw refusedLink('link_invalid', 'missing')
  if (another !== undefined) throw refusedLink('link_invalid', 'parameter_repeated')
  return checkJwtLink(jwt, link, { secrets: known, keysAt }, time)
}
