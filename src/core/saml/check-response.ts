import { BrokerError } from '#core/errors.ts'
import { FORMAT, NS, STATUS_SUCCESS } from './names.ts'
import { refused } from './refuse.ts'
import { childrenOf, simpleText, type XmlElement } from './xml-element.ts'

const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:'

/** What a message is held to. */
export interface ExpectedMessage {
  readonly idpEntityId: string
  /** Where it has to be meant for. */
  readonly destination: string
  readonly isSigned: boolean
}

/**
 * What every message of a provider must say of itself: version 2.0, the provider as its issuer, our
 * address as its destination, which a signed one cannot leave out (SA-04 to SA-06).
 *
 * @param issuer `required` where the profile does, `if-there` in a Response
 * @throws BrokerError `saml_response_invalid`
 */
export function checkMessage(
  message: XmlElement,
  { idpEntityId, destination, isSigned }: ExpectedMessage,
  issuer: 'required' | 'if-there',
): void {
  checkVersion(message)
  if (issuer === 'required' || childrenOf(message, NS.assertion, 'Issuer').length > 0) {
    checkIssuer(message, idpEntityId)
  }
  const meantFor = message.attributes.get('Destination')
  if (meantFor === undefined ? isSigned : meantFor !== destination) {
    throw refused('destination_invalid')
  }
}

export function checkVersion({ attributes }: XmlElement): void {
  if (attributes.get('Version') !== '2.0') throw refused('version_unsupported')
}

/** One `Issuer`, an entity, and the one of the connection (SA-05). */
export function checkIssuer(element: XmlElement, idpEntityId: string): void {
  const [issuer, another] = childrenOf(element, NS.assertion, 'Issuer')
  const format = issuer?.attributes.get('Format') ?? FORMAT.entity
  if (!issuer || another || format !== FORMAT.entity || simpleText(issuer) !== idpEntityId) {
    throw refused('issuer_invalid')
  }
}

/**
 * The provider's own answer, told as what it means to the person (SA-04).
 *
 * @throws BrokerError `saml_authentication_failed`, `saml_sign_on_needed`, `saml_sign_on_denied`,
 * `saml_sign_on_failed`; `saml_response_invalid` without a status
 */
export function checkStatus(response: XmlElement): void {
  const [status, another] = childrenOf(response, NS.protocol, 'Status')
  const [code] = status ? childrenOf(status, NS.protocol, 'StatusCode') : []
  const value = code?.attributes.get('Value')
  if (!code || another || value === undefined) throw refused('status_missing')
  if (value === STATUS_SUCCESS) return

  const [second] = childrenOf(code, NS.protocol, 'StatusCode')
  throw new BrokerError(errorOf(second?.attributes.get('Value') ?? value), {
    detail: {
      reason: registeredStatus(second?.attributes.get('Value')) ?? registeredStatus(value),
    },
  })
}

function errorOf(status: string) {
  switch (status) {
    case `${STATUS}AuthnFailed`:
      return 'saml_authentication_failed'
    case `${STATUS}NoPassive`:
      return 'saml_sign_on_needed'
    case `${STATUS}RequestDenied`:
      return 'saml_sign_on_denied'
    default:
      return 'saml_sign_on_failed'
  }
}

/** The word of a status that SAML has; of any other nothing is logged. */
function registeredStatus(status = ''): string {
  return /^urn:oasis:names:tc:SAML:2\.0:status:([A-Za-z]{1,40})$/.exec(status)?.[1] ?? 'other'
}
