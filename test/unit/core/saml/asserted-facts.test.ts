import { expect, test } from 'vitest'
import { samlFacts } from '#core/saml/asserted-facts.ts'
import type { Attributes } from '#core/saml/read-attributes.ts'

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/'
const RESOURCE = 'urn:oasis:names:tc:xacml:2.0:resource:resource-id'
const nameId = {
  value: 'dr.okafor',
  format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
}
const sent = (values: Readonly<Record<string, string>>): Attributes =>
  new Map(Object.entries(values).map(([name, text]) => [name, [{ text }]]))

test('SA-19: without a mapping, the usual names of LDAP, Entra and XUA are known', () => {
  const attributes = sent({
    'urn:oid:2.5.4.42': 'Joseph',
    [`${CLAIMS}surname`]: 'Okafor',
    [`${CLAIMS}emailaddress`]: 'j@h.example.org',
    'urn:oasis:names:tc:xspa:1.0:subject:npi': '1234567893',
    [RESOURCE]: '0099^^^&1.2.840.114350&ISO',
  })
  expect(samlFacts({ nameId, attributes })).toEqual({
    user: {
      subject: 'dr.okafor',
      firstName: 'Joseph',
      lastName: 'Okafor',
      email: 'j@h.example.org',
      npi: '1234567893',
    },
  })
})

test('SA-18: a mapping names person, patient and encounter, and nothing else is passed on', () => {
  const attributes = sent({
    employeeNumber: '4711',
    mrn: '0099',
    fhir: 'pat-1',
    enc: 'enc-1',
    [`${CLAIMS}emailaddress`]: 'j@h.example.org',
  })
  const mapping = {
    user: { subject: 'employeeNumber', userId: 'NameID' },
    patient: { fhirId: 'fhir', identifiers: [{ from: 'mrn', idType: 'MR' }] },
    encounter: 'enc',
  }
  expect(samlFacts({ nameId, attributes }, mapping)).toEqual({
    user: { subject: '4711', userId: 'dr.okafor' },
    patient: {
      identifiers: [
        { id: 'pat-1', idType: 'FHIR' },
        { id: '0099', idType: 'MR' },
      ],
    },
    patientId: 'pat-1',
    encounter: 'enc-1',
  })
})

test('SA-18: a person whose NameID is another each time, or an e-mail address, is who the mapped attribute says', () => {
  const attributes = sent({ employeeNumber: '4711' })
  const mapping = { user: { subject: 'employeeNumber' } }
  const FORMAT = 'urn:oasis:names:tc:SAML:'
  for (const other of [
    { value: '_a1', format: `${FORMAT}2.0:nameid-format:transient` },
    { value: '_b2', format: `${FORMAT}2.0:nameid-format:transient` },
    { value: 'j@h.example.org', format: `${FORMAT}1.1:nameid-format:emailAddress` },
  ]) {
    expect(samlFacts({ nameId: other, attributes }, mapping)).toEqual({ user: { subject: '4711' } })
  }
})

test('SA-18: without the mapped subject nobody has signed on', () => {
  expect(() =>
    samlFacts({ nameId, attributes: sent({}) }, { user: { subject: 'employeeNumber' } }),
  ).toThrow(expect.objectContaining({ code: 'identity_unknown' }))
})

test('SA-32: of a CX value the id is read, and of a coded one what people read', () => {
  const attributes: Attributes = new Map([
    [RESOURCE, [{ text: '0099^^^&1.2.840.114350&ISO' }]],
    ['caret', [{ text: 'a^b' }]],
    ['role', [{ text: '112247003', coded: { code: '112247003', displayName: 'Medical doctor' } }]],
  ])
  const mapping = {
    user: { subject: 'caret', specialty: 'role' },
    patient: { identifiers: [{ from: RESOURCE, idType: 'MR' }] },
  }
  expect(samlFacts({ nameId, attributes }, mapping)).toEqual({
    user: { subject: 'a^b', specialty: 'Medical doctor' },
    patient: { identifiers: [{ id: '0099', idType: 'MR' }] },
  })
})
