import { expect, test } from 'vitest'
import { personKey } from '#core/saml/name-id.ts'
import { assertion, NAME_ID, response, sign } from '../../../support/saml/messages.ts'
import { accept, honest } from '../../../support/saml/service-provider.ts'

const attribute = (name: string, ...values: readonly string[]) =>
  `<saml:Attribute Name="${name}" FriendlyName="mail">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`

async function attributesOf(...attributes: readonly string[]) {
  const statement = `<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement>`
  const message = response(sign(assertion({ attributes: statement }), 'Assertion', honest))
  return (await accept(message)).attributes
}

const nameId = {
  value: 'dr.okafor',
  format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
}

test('SA-19: attributes go by their Name, in another place and many-valued too', async () => {
  const attributes = await attributesOf(
    attribute('urn:role', 'physician', 'researcher'),
    attribute('urn:role', 'teacher'),
    attribute('urn:empty', ' '),
  )

  expect(attributes.get('urn:role')?.map(({ text }) => text)).toEqual([
    'physician',
    'researcher',
    'teacher',
  ])
  expect(attributes.get('urn:empty')).toEqual([])
  expect(attributes.has('mail')).toBe(false)
})

test('SA-32: a coded element is read as code, system and display name', async () => {
  const role =
    '<Role xmlns="urn:hl7-org:v3" code="112247003" codeSystem="2.16.840.1.113883.6.96" displayName="Medical doctor"/>'
  const attributes = await attributesOf(
    attribute('urn:oasis:names:tc:xacml:2.0:subject:role', role),
  )

  expect(attributes.get('urn:oasis:names:tc:xacml:2.0:subject:role')).toEqual([
    {
      text: '112247003',
      coded: {
        code: '112247003',
        codeSystem: '2.16.840.1.113883.6.96',
        displayName: 'Medical doctor',
      },
    },
  ])
})

test('SA-18: one NameID of two providers, or in two formats or qualifiers, is two people', () => {
  const keys = [
    personKey('https://a.example.org', nameId),
    personKey('https://b.example.org', nameId),
    personKey('https://a.example.org', { ...nameId, format: 'urn:x' }),
    personKey('https://a.example.org', { ...nameId, nameQualifier: 'a' }),
    personKey('https://a.example.org', { ...nameId, spNameQualifier: 'a' }),
  ]
  expect(new Set(keys).size).toBe(keys.length)
})

test('SX-9: characters that were escaped are read whole', async () => {
  const name = NAME_ID.replace('dr.okafor', 'admin@h.org&lt;!-- --&gt;.evil.org')
  const { nameId } = await accept(response(sign(assertion({ nameId: name }), 'Assertion', honest)))
  expect(nameId.value).toBe('admin@h.org<!-- -->.evil.org')
})
