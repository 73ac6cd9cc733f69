import { NS } from './names.ts'
import { childrenOf, type XmlElement } from './xml-element.ts'

/** One value of an attribute: its characters, and the coded element where it is one. */
export interface AttributeValue {
  readonly text: string
  readonly coded?: CodedValue
}

/** A coded value of HL7 version 3, as XUA carries roles and purposes of use (SA-32). */
interface CodedValue {
  readonly code: string
  readonly codeSystem?: string
  readonly displayName?: string
}

/** Values of attributes by their `Name`, never by `FriendlyName`; in the order of the message. */
export type Attributes = ReadonlyMap<string, readonly AttributeValue[]>

/** Every attribute of an assertion, many-valued ones whole (SA-19). */
export function readAttributes(assertion: XmlElement): Attributes {
  const attributes = new Map<string, AttributeValue[]>()
  for (const statement of childrenOf(assertion, NS.assertion, 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, NS.assertion, 'Attribute')) {
      const name = attribute.attributes.get('Name')
      if (!name) continue
      const values = childrenOf(attribute, NS.assertion, 'AttributeValue').flatMap(readValue)
      attributes.set(name, [...(attributes.get(name) ?? []), ...values])
    }
  }
  return attributes
}

function readValue(value: XmlElement): readonly AttributeValue[] {
  const [element, another] = value.children
  if (!element) return value.text.trim() === '' ? [] : [{ text: value.text.trim() }]
  const code = element.attributes.get('code')
  if (another || !code) return []
  const codeSystem = element.attributes.get('codeSystem')
  const displayName = element.attributes.get('displayName')
  return [
    {
      text: code,
      coded: { code, ...(codeSystem && { codeSystem }), ...(displayName && { displayName }) },
    },
  ]
}
