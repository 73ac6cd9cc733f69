import { randomBytes } from 'node:crypto'
import { BrokerError } from '#core/errors.ts'
import { type EndSignedOnDeps, endSignedOn } from '#core/logout/end-signed-on.ts'
import type { SignedOnSessions } from '#core/logout/log-out.ts'
import type { ReplayStore } from '#core/replay-store.ts'
import type { SignRsaSha256 } from './certificate.ts'
import { checkMessage } from './check-response.ts'
import { decodePosted } from './decode-message.ts'
import { type FindSamlConnectionDeps, findSamlConnection } from './find-saml-connection.ts'
import { readNameId } from './name-id.ts'
import { CLOCK_SKEW_SECONDS, NS, STATUS_SUCCESS } from './names.ts'
import { redirectUrl, verifiedRedirect } from './redirect-binding.ts'
import { refused } from './refuse.ts'
import { type SamlSettings, type ServiceProvider, serviceProvider } from './saml-settings.ts'
import { samlTime, secondsOf } from './saml-time.ts'
import type { SamlXml } from './saml-xml.ts'
import { samlSignOnKeys } from './sign-on-keys.ts'
import { checkIds, checkSignaturePlaces, parse, verified } from './verified-element.ts'
import { type Markup, xml } from './write-xml.ts'
import { childrenOf, isElement, simpleText, type XmlElement } from './xml-element.ts'

/** How long a logout request is good that does not say so itself. */
const REQUEST_LIFETIME_SECONDS = 300

/** The longest RelayState that is given back; SAML itself allows 80 bytes. */
const LONGEST_RELAY_STATE = 1_024

export interface SamlLogOutDeps extends FindSamlConnectionDeps, EndSignedOnDeps {
  readonly xml: SamlXml
  readonly sign: SignRsaSha256
  readonly replays: ReplayStore
  readonly sessions: SignedOnSessions
  /** `PUBLIC_BASE_URL` */
  readonly publicBaseUrl: string
}

/** What came to the single logout service. */
export interface LogOutMessage {
  readonly connection: string
  readonly binding: 'redirect' | 'post'
  readonly parameters: URLSearchParams
}

/**
 * Single logout, begun at the provider: the sessions that came of the sign-on end, and the provider
 * is answered (SA-21).
 *
 * @returns where the browser takes the answer; nothing where the registry knows no address for it
 * @throws BrokerError `saml_connection_unknown`, `saml_logout_invalid`
 * @see [SAML 2.0 Profiles §4.4](https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf)
 */
export async function samlLogOut(
  { connection: id, binding, parameters }: LogOutMessage,
  deps: SamlLogOutDeps,
): Promise<{ readonly answerAt?: URL }> {
  const { connection, scheme } = await findSamlConnection(id, deps)
  const own = serviceProvider(deps.publicBaseUrl, connection.id)
  try {
    const request = await verifiedRequest(binding, parameters, scheme, deps.xml)
    const { requestId, goodUntil } = checkRequest(request, scheme, own, deps.now())
    const isFirst = await deps.replays.markSeen(
      `saml logout:${scheme.idp.entityId}`,
      requestId,
      goodUntil,
    )
    if (!isFirst) throw refused('replayed')
    await endSessions(request, scheme, own, deps)

    const { sloUrl } = scheme.idp
    if (sloUrl === undefined) return {}
    const relayState = parameters.get('RelayState') ?? undefined
    if ((relayState?.length ?? 0) > LONGEST_RELAY_STATE) throw refused('relay_state_invalid')
    const answer = logoutResponse(requestId, own, sloUrl, samlTime(deps.now()))
    return { answerAt: await redirectUrl(sloUrl, 'SAMLResponse', answer, relayState, deps.sign) }
  } catch (thrown) {
    const error = BrokerError.from(thrown).about({ connection: connection.id, app: connection.app })
    if (error.code !== 'saml_response_invalid') throw error
    throw new BrokerError('saml_logout_invalid', { cause: error, detail: error.detail })
  }
}

/** Never unsigned: anybody could sign everybody off. */
async function verifiedRequest(
  binding: LogOutMessage['binding'],
  parameters: URLSearchParams,
  settings: SamlSettings,
  samlXml: SamlXml,
): Promise<XmlElement> {
  if (binding === 'redirect') {
    return parse(verifiedRedirect(parameters, 'SAMLRequest', settings), samlXml)
  }
  const text = decodePosted(parameters.get('SAMLRequest') ?? '')
  const outer = await parse(text, samlXml)
  checkIds(outer)
  checkSignaturePlaces(outer, [outer])
  const signed = await verified(text, outer, settings, samlXml)
  if (!signed) throw refused('signature_missing')
  return signed.element
}

function checkRequest(
  request: XmlElement,
  { idp }: SamlSettings,
  { sloUrl }: ServiceProvider,
  now: number,
): { readonly requestId: string; readonly goodUntil: number } {
  if (!isElement(request, NS.protocol, 'LogoutRequest')) throw refused('message_type_invalid')
  checkMessage(
    request,
    { idpEntityId: idp.entityId, destination: sloUrl, isSigned: true },
    'required',
  )
  const requestId = request.attributes.get('ID')
  if (!requestId) throw refused('id_invalid')
  const issued = secondsOf(request.attributes.get('IssueInstant') ?? '')
  const end = request.attributes.get('NotOnOrAfter')
  const goodUntil =
    Math.min(issued + REQUEST_LIFETIME_SECONDS, end === undefined ? Infinity : secondsOf(end)) +
    CLOCK_SKEW_SECONDS
  if (goodUntil <= now) throw refused('too_late')
  if (issued > now + CLOCK_SKEW_SECONDS) throw refused('too_early')
  return { requestId, goodUntil }
}

/** Of the sessions at the provider that are named; of all of the person where none is. */
async function endSessions(
  request: XmlElement,
  { idp }: SamlSettings,
  own: ServiceProvider,
  deps: SamlLogOutDeps,
): Promise<void> {
  const nameId = readNameId(request)
  const indexes = childrenOf(request, NS.protocol, 'SessionIndex').map(simpleText)
  const asked = indexes.length > 0 ? indexes : [undefined]
  const found = await Promise.all(
    asked.map((sessionIndex) =>
      deps.sessions.find(samlSignOnKeys({ idp: idp.entityId, own, nameId, sessionIndex })),
    ),
  )
  await endSignedOn(found.flat(), deps)
}

function logoutResponse(
  requestId: string,
  own: ServiceProvider,
  destination: string,
  issueInstant: string,
): Markup {
  const id = `_${randomBytes(32).toString('base64url')}`
  return xml`<samlp:LogoutResponse xmlns:samlp="${NS.protocol}" ID="${id}" Version="2.0" IssueInstant="${issueInstant}" Destination="${destination}" InResponseTo="${requestId}"><saml:Issuer xmlns:saml="${NS.assertion}">${own.entityId}</saml:Issuer><samlp:Status><samlp:StatusCode Value="${STATUS_SUCCESS}"/></samlp:Status></samlp:LogoutResponse>`
}
