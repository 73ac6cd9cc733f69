import type { SignOnMapping } from '#core/registry/sign-on-scheme.ts'
import { type AssertedFacts, assertedFacts } from '#core/sign-on/asserted-facts.ts'
import type { NameId } from './name-id.ts'
import type { Attributes, AttributeValue } from './read-attributes.ts'

/** What a mapping calls the NameID, which is no attribute. */
const NAME_ID = 'NameID'

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/'
const XSPA = 'urn:oasis:names:tc:xspa:1.0:subject:'

/**
 * Where providers say who a person is: by LDAP's OIDs, the claims of AD FS and Entra, IHE XUA. Of a
 * patient they say nothing that could be known without being told.
 */
const USUAL_NAMES = {
  userId: ['urn:oid:0.9.2342.19200300.100.1.1', `${CLAIMS}upn`],
  name: [
    'urn:oid:2.16.840.1.113730.3.1.241',
    'http://schemas.microsoft.com/identity/claims/displayname',
    `${XSPA}subject-id`,
  ],
  firstName: ['urn:oid:2.5.4.42', `${CLAIMS}givenname`],
  lastName: ['urn:oid:2.5.4.4', `${CLAIMS}surname`],
  email: ['urn:oid:0.9.2342.19200300.100.1.3', `${CLAIMS}emailaddress`],
  npi: [`${XSPA}npi`],
  phone: ['urn:oid:2.5.4.20', `${CLAIMS}otherphone`],
  locale: ['urn:oid:2.16.840.1.113730.3.1.39'],
} as const satisfies Partial<Record<keyof SignOnMapping['user'], readonly string[]>>

/**
 * Who signed on and what is open, from what was signed: by the connection's mapping, or by the names
 * that are usual.
 *
 * @throws BrokerError `identity_unknown`
 */
export function samlFacts(
  { nameId, attributes }: { readonly nameId: NameId; readonly attributes: Attributes },
  mapping: SignOnMapping = usualMapping(attributes),
): AssertedFacts {
  return assertedFacts(mapping, (name) =>
    name === NAME_ID ? nameId.value : spoken(attributes.get(name)?.[0]),
  )
}

function usualMapping(attributes: Attributes): SignOnMapping {
  const sent = Object.entries(USUAL_NAMES).flatMap(([field, names]) => {
    const name = names.find((one) => attributes.has(one))
    return name === undefined ? [] : [[field, name] as const]
  })
  return { user: { ...Object.fromEntries(sent), subject: NAME_ID } }
}

/**
 * A coded value as people read it, and of an HL7 CX (`id^^^&authority&ISO`), as XUA has patients, the
 * id: whose it is, is the mapping's to know.
 */
function spoken(value: AttributeValue | undefined): string | undefined {
  if (value?.coded) return value.coded.displayName ?? value.coded.code
  return value?.text.replace(/^([^^]+)\^\^\^[^^]*(\^.*)?$/, '$1')
}
