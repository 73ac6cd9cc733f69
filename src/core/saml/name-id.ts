import { FORMAT, NS } from './names.ts'
import { refused } from './refuse.ts'
import { childrenOf, simpleText, type XmlElement } from './xml-element.ts'

/** How a provider names a person: nothing of it may be left out of a comparison (SA-18). */
export interface NameId {
  readonly value: string
  readonly format: string
  readonly nameQualifier?: string
  readonly spNameQualifier?: string
}

/**
 * The one `NameID` of an element, whole.
 *
 * @param parent a `Subject`, or a `LogoutRequest`
 * @throws BrokerError `saml_response_invalid`, reason `subject_invalid`
 */
export function readNameId(parent: XmlElement): NameId {
  const [nameId, another] = childrenOf(parent, NS.assertion, 'NameID')
  const value = nameId && simpleText(nameId)
  if (!nameId || another || !value) throw refused('subject_invalid')
  const nameQualifier = nameId.attributes.get('NameQualifier')
  const spNameQualifier = nameId.attributes.get('SPNameQualifier')
  return {
    value,
    format: nameId.attributes.get('Format') ?? FORMAT.unspecified,
    ...(nameQualifier && { nameQualifier }),
    ...(spNameQualifier && { spNameQualifier }),
  }
}

/**
 * Names one person of one provider: two providers, or two formats, may use one value for two people.
 *
 * @param issuer the provider's entity id
 */
export function personKey(issuer: string, nameId: NameId): string {
  const { value, format, nameQualifier = '', spNameQualifier = '' } = nameId
  return JSON.stringify([issuer, value, format, nameQualifier, spNameQualifier])
}
