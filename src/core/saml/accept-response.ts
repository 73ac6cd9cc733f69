import { BrokerError } from '#core/errors.ts'
import type { ReplayStore } from '#core/replay-store.ts'
import type { Clock } from '#core/time.ts'
import { type AssertionTerms, checkAssertion } from './check-assertion.ts'
import { checkMessage, checkStatus } from './check-response.ts'
import { decodePosted } from './decode-message.ts'
import { type NameId, readNameId } from './name-id.ts'
import { NS } from './names.ts'
import { type Attributes, readAttributes } from './read-attributes.ts'
import { refused } from './refuse.ts'
import type { SamlSettings, ServiceProvider } from './saml-settings.ts'
import { type VerifyResponseDeps, verifyResponse } from './verify-response.ts'
import { childrenOf, type XmlElement } from './xml-element.ts'

export interface AcceptResponseDeps extends VerifyResponseDeps {
  readonly replays: ReplayStore
  readonly now: Clock
}

/** What a provider vouches for, checked whole; it is accepted once. */
export interface AcceptedResponse extends Omit<AssertionTerms, 'id' | 'confirmableUntil'> {
  readonly nameId: NameId
  readonly attributes: Attributes
  readonly usesSha1: boolean
}

/**
 * Accepts a `SAMLResponse`, in the order of the profile; nothing is read before it is verified.
 *
 * @param parameter the form's `SAMLResponse`
 * @param takeRequest takes the request that the answer names, in the browser that made it, once; it
 * is not called for an answer that nobody asked for, which passes only where the connection allows
 * @throws BrokerError `saml_response_invalid`, `saml_clock_skew`, `saml_replayed`, `saml_unsolicited`,
 * and as {@link checkStatus} and `takeRequest` say
 * @see [SAML 2.0 Profiles §4.1.4.3](https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf)
 */
export async function acceptResponse<Request>(
  parameter: string,
  settings: SamlSettings,
  own: ServiceProvider,
  takeRequest: (id: string) => Promise<Request>,
  { replays, now, ...deps }: AcceptResponseDeps,
): Promise<AcceptedResponse & { readonly request?: Request }> {
  const text = decodePosted(parameter)
  const idpEntityId = settings.idp.entityId
  const { response, isResponseSigned, assertion, usesSha1 } = await verifyResponse(
    text,
    settings,
    deps,
  )
  const message = { idpEntityId, destination: own.acsUrl, isSigned: isResponseSigned }
  checkMessage(response, message, 'if-there')
  checkStatus(response)
  const { id, confirmableUntil, ...terms } = checkAssertion(assertion, {
    idpEntityId,
    audience: own.entityId,
    recipient: own.acsUrl,
    now: now(),
  })
  const nameId = readNameId(subjectOf(assertion))

  // The two places that name the request must agree, also on there being none (SA-07).
  if (response.attributes.get('InResponseTo') !== terms.inResponseTo) {
    throw refused('in_response_to_invalid')
  }
  const request =
    terms.inResponseTo === undefined
      ? requireUnsolicited(settings)
      : await takeRequest(terms.inResponseTo)

  if (!(await replays.markSeen(replayScope(idpEntityId), id, confirmableUntil))) {
    throw new BrokerError('saml_replayed')
  }
  return {
    ...terms,
    nameId,
    attributes: readAttributes(assertion),
    usesSha1,
    ...(request !== undefined && { request }),
  }
}

/** There is one: {@link checkAssertion} has seen to it. */
function subjectOf(assertion: XmlElement): XmlElement {
  const [subject] = childrenOf(assertion, NS.assertion, 'Subject')
  if (!subject) throw refused('subject_invalid')
  return subject
}

function requireUnsolicited({ idpInitiated }: SamlSettings): undefined {
  if (!idpInitiated) throw new BrokerError('saml_unsolicited')
  return undefined
}

/** Ids of assertions are unique for their provider alone. */
function replayScope(idpEntityId: string): string {
  return `saml:${idpEntityId}`
}
