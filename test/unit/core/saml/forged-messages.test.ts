import { expect, test } from 'vitest'
import {
  assertion,
  audience,
  encode,
  NAME_ID,
  response,
  SP,
  sign,
} from '../../../support/saml/messages.ts'
import { accept, honest, refusal, stranger } from '../../../support/saml/service-provider.ts'

const original = sign(assertion(), 'Assertion', honest)
const [signature = ''] = /<(\w+:)?Signature.*<\/(\w+:)?Signature>/.exec(original) ?? []
const bare = original.replace(signature, '')
const evil = (id = '_evil') => assertion({ id, nameId: NAME_ID.replace('dr.okafor', 'admin') })
const signedResponse = sign(response(assertion()), 'Response', honest)
const [responseSignature = ''] = /<Signature.*<\/Signature>/.exec(signedResponse) ?? []

/** Puts something into a signature, at its end. */
const into = (inside: string) =>
  signature.replace(
    /(<\/(\w+:)?Signature>)$/,
    `<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${inside}</ds:Object>$1`,
  )
const withEvil = (xml: string) => xml.replace('dr.okafor', 'admin')

test('the forgeries are made of a message that is honest', async () => {
  expect(await refusal(response(original))).toBe('accepted dr.okafor')
  expect(await refusal(signedResponse)).toBe('accepted dr.okafor')
})

test.each([
  [
    'SX-1: the signed response hangs inside the signature of a forged one',
    withEvil(signedResponse)
      .replace('ID="_response"', 'ID="_evil"')
      .replace(
        responseSignature,
        responseSignature.replace(
          '</Signature>',
          `<Object>${signedResponse.replace(responseSignature, '')}</Object></Signature>`,
        ),
      ),
    'assertion_misplaced',
  ],
  [
    'SX-2: the signed response stands before its detached signature, in a forged one',
    withEvil(signedResponse)
      .replace('ID="_response"', 'ID="_evil"')
      .replace(
        responseSignature,
        `${signedResponse.replace(responseSignature, '')}${responseSignature}`,
      ),
    'assertion_misplaced',
  ],
  [
    'SX-3: a forged assertion before the signed one',
    response(evil() + original),
    'assertion_misplaced',
  ],
  [
    'SX-4: the signed assertion inside the forged one',
    response(evil().replace('</saml:Assertion>', `${original}</saml:Assertion>`)),
    'assertion_misplaced',
  ],
  [
    'SX-5: the assertion altered in place, a copy of the original at the end',
    response(withEvil(original).replace('ID="_assertion"', 'ID="_evil"') + bare),
    'assertion_misplaced',
  ],
  [
    'SX-6: the assertion altered, the original inside its signature',
    response(
      withEvil(original).replace('ID="_assertion"', 'ID="_evil"').replace(signature, into(bare)),
    ),
    'assertion_misplaced',
  ],
  [
    'SX-7: a forged assertion in Extensions',
    response(`<samlp:Extensions>${evil()}</samlp:Extensions>${original}`),
    'assertion_misplaced',
  ],
  [
    'SX-8: the original in an Object of the forged assertion’s signature',
    response(evil().replace('</saml:Issuer>', `</saml:Issuer>${into(bare)}`)),
    'assertion_misplaced',
  ],
])('%s is refused', async (_, message, reason) => {
  expect(message).toContain('admin')
  expect(await refusal(message)).toBe(`saml_response_invalid ${reason}`)
})

test.each([
  ['a comment', 'admin@h.org<!-- -->.evil.org'],
  ['a CDATA section', '<![CDATA[admin@h.org]]>.evil.org'],
  ['a processing instruction', 'admin@h.org<?x y?>.evil.org'],
  ['an element', 'admin@h.org<x/>.evil.org'],
])('SX-9: %s in a NameID is refused', async (_, value) => {
  const nameId = NAME_ID.replace('dr.okafor', value)
  const reason = value.includes('<x/>') ? 'subject_invalid' : 'xml_not_plain'
  const message = response(sign(assertion({ nameId }), 'Assertion', honest))
  expect(await refusal(message)).toBe(`saml_response_invalid ${reason}`)
})

test.each([
  ['a comment', 'admin<!-- -->istrator', 'xml_not_plain'],
  ['a CDATA section', '<![CDATA[admin]]>istrator', 'xml_not_plain'],
  ['a processing instruction', 'admin<?x y?>istrator', 'xml_not_plain'],
])(
  'SX-9: %s in an attribute’s value, an Issuer or an Audience is refused',
  async (_, value, reason) => {
    const attributes = `<saml:AttributeStatement><saml:Attribute Name="role"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`
    const issuer = `<saml:Issuer>${value}</saml:Issuer>`
    for (const parts of [{ attributes }, { issuer }, { audiences: audience(SP, value) }]) {
      const message = response(sign(assertion(parts), 'Assertion', honest))
      expect(await refusal(message)).toBe(`saml_response_invalid ${reason}`)
    }
  },
)

test('SX-9: a comment put into a signed NameID is refused', async () => {
  const message = response(original.replace('dr.okafor', 'dr.<!-- -->okafor'))
  expect(await refusal(message)).toBe('saml_response_invalid xml_not_plain')
})

test.each([
  ['the same twice', original.replace('<saml:Subject>', '<saml:Subject ID="_assertion">')],
  ['as Id', original.replace('<saml:Subject>', '<saml:Subject Id="_assertion">')],
  ['as xml:id', original.replace('<saml:Subject>', '<saml:Subject xml:id="_assertion">')],
  [
    'in a namespace',
    original.replace('<saml:Subject>', '<saml:Subject xmlns:u="urn:u" u:Id="_assertion">'),
  ],
])('SX-10: an id %s is refused', async (_, inside) => {
  expect(await refusal(response(inside))).toBe('saml_response_invalid id_invalid')
})

test('SX-10: two roots are refused', async () => {
  expect(await refusal(response(original) + response(evil()))).toBe(
    'saml_response_invalid xml_not_plain',
  )
})

test.each([
  ['two SignedInfo', (xml: string) => xml.replace(/(<SignedInfo>.*<\/SignedInfo>)/, '$1$1')],
  ['two references', (xml: string) => xml.replace(/(<Reference .*<\/Reference>)/, '$1$1')],
  [
    'an element in the DigestValue',
    (xml: string) => xml.replace('<DigestValue>', '<DigestValue><x/>'),
  ],
  ['an Object', (xml: string) => xml.replace('</Signature>', '<Object/></Signature>')],
  ['a reference to all', (xml: string) => xml.replace('URI="#_assertion"', 'URI=""')],
  [
    'a reference to another place',
    (xml: string) => xml.replace('URI="#_assertion"', 'URI="https://evil.example.org/"'),
  ],
])('SX-11: a signature with %s is refused', async (_, change) => {
  const changed = change(original)
  expect(changed).not.toBe(original)
  expect(await refusal(response(changed))).toBe('saml_response_invalid signature_form_invalid')
})

test('SX-11: a comment in a DigestValue is refused (CVE-2025-29775)', async () => {
  const forged = withEvil(original).replace('<DigestValue>', '<DigestValue><!-- x -->')
  expect(forged).toContain('<!-- x -->')
  expect(await refusal(response(forged))).toBe('saml_response_invalid xml_not_plain')
})

test.each([
  ['of another namespace', '<x:Assertion xmlns:x="urn:x"/>'],
  ['in another spelling', '<saml:assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>'],
  ['encrypted', '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>'],
])('SX-12: a second assertion %s is refused', async (_, second) => {
  expect(await refusal(response(`<samlp:Extensions>${second}</samlp:Extensions>${original}`))).toBe(
    'saml_response_invalid assertion_misplaced',
  )
})

test('SX-12: an attribute of an element in another namespace is not SAML’s', async () => {
  const message = original
    .replace('<saml:Issuer>', '<x:Issuer xmlns:x="urn:x">')
    .replace('</saml:Issuer>', '</x:Issuer>')
  expect(await refusal(response(message))).toMatch(/^saml_response_invalid/)
})

/** https://portswigger.net/research/the-fragile-lock: what one parser reads otherwise than another. */
test.each([
  [
    'a namespace that canonicalization stops at',
    withEvil(original).replace('<saml:Subject>', '<saml:Subject xmlns:x="1">'),
  ],
  [
    'the same around what the signature is of',
    withEvil(original).replace('<Signature ', '<Signature xmlns:x="1" '),
  ],
  [
    'an id under two prefixes of one namespace',
    withEvil(original).replace(
      'ID="_assertion"',
      'xmlns:a="urn:a" xmlns:b="urn:a" a:ID="_evil" b:ID="_assertion" ID="_assertion"',
    ),
  ],
  [
    'its prefix given another meaning',
    original.replace(
      '<saml:Subject>',
      `<saml:Subject xmlns:saml="urn:x">${NAME_ID.replace('dr.okafor', 'admin')}</saml:Subject><saml:Subject>`,
    ),
  ],
  [
    'a signature whose prefix is given another meaning',
    withEvil(original).replace('<SignedInfo>', '<SignedInfo xmlns="urn:x">'),
  ],
])('SX-12: an assertion with %s is refused', async (_, forged) => {
  expect(forged).toContain('admin')
  expect(await refusal(response(forged))).toMatch(/^saml_response_invalid /)
})

test.each([
  ['removed', response(bare), 'signature_missing'],
  [
    'empty',
    response(
      bare.replace(
        '</saml:Issuer>',
        '</saml:Issuer><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>',
      ),
    ),
    'signature_form_invalid',
  ],
  [
    'over another element',
    response(original.replace('ID="_assertion"', 'ID="_evil"')),
    'signature_form_invalid',
  ],
  ['of other words', response(withEvil(original)), 'signature_invalid'],
  [
    'in the subject',
    response(bare.replace('<saml:Subject>', `<saml:Subject>${signature}`)),
    'signature_misplaced',
  ],
  ['twice', response(original.replace(signature, signature + signature)), 'signature_misplaced'],
])('SX-13: a signature %s is refused', async (_, message, reason) => {
  expect(await refusal(message)).toBe(`saml_response_invalid ${reason}`)
})

test.each([
  ['', ''],
  [' with an assertion in it', original],
])(
  'SX-13: a signed LogoutResponse%s at the assertion consumer service is refused',
  async (_, inside) => {
    const message = sign(response(inside, { name: 'LogoutResponse' }), 'LogoutResponse', honest)
    expect(message).toContain('SignatureValue')
    expect(await refusal(message)).toBe('saml_response_invalid message_type_invalid')
  },
)

test('SX-14: an assertion for another service provider, or for another tenant, is refused', async () => {
  const forOther = (name: string) =>
    response(sign(assertion({ audiences: audience(name) }), 'Assertion', honest))

  expect(await refusal(forOther('https://other.example.org'))).toBe(
    'saml_response_invalid audience_invalid',
  )
  expect(await refusal(forOther(SP.replace('hospital', 'clinic')))).toBe(
    'saml_response_invalid audience_invalid',
  )
})

test('SA-15: a key in the message counts for nothing', async () => {
  const publicCert = `-----BEGIN CERTIFICATE-----\n${stranger.certificate}\n-----END CERTIFICATE-----`
  const message = sign(assertion(), 'Assertion', stranger, { publicCert })

  expect(message).toContain('X509Certificate')
  expect(await refusal(response(message))).toBe('saml_response_invalid signature_invalid')
})

test('SA-15: while a provider changes its key, either certificate verifies', async () => {
  const certificates = [stranger.certificate, honest.certificate]
  const settings = { idp: { entityId: 'https://idp.example.org/entity', ssoUrl: '', certificates } }

  expect(await refusal(response(original), { settings })).toBe('accepted dr.okafor')
  const renewed = sign(assertion(), 'Assertion', stranger)
  expect(await refusal(response(renewed), { settings })).toBe('accepted dr.okafor')
})

test('SA-16: SHA-1 is refused, unless the connection takes it, which is then said', async () => {
  const sha1 = response(sign(assertion(), 'Assertion', honest, { signatureAlgorithm: 'sha1' }))
  const digest = response(sign(assertion(), 'Assertion', honest, { digestAlgorithm: 'sha1' }))

  for (const message of [sha1, digest]) {
    expect(await refusal(message)).toBe('saml_response_invalid algorithm_refused')
    expect(await accept(message, { settings: { allowSha1: true } })).toMatchObject({
      usesSha1: true,
    })
  }
})

test.each([
  [
    'XPath',
    'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
    'http://www.w3.org/TR/1999/REC-xpath-19991116',
  ],
  [
    'XSLT',
    'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
    'http://www.w3.org/TR/1999/REC-xslt-19991116',
  ],
  [
    'inclusive canonicalization',
    'http://www.w3.org/2001/10/xml-exc-c14n#',
    'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  ],
  [
    'comments kept',
    'http://www.w3.org/2001/10/xml-exc-c14n#',
    'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
  ],
])('SA-16: %s is refused', async (_, honestly, instead) => {
  const message = response(original.replace(`Algorithm="${honestly}"`, `Algorithm="${instead}"`))
  expect(message).toContain(instead)
  expect(await refusal(message)).toBe('saml_response_invalid algorithm_refused')
})

test('SA-08: what must be signed by setting is required', async () => {
  const inside = response(original)
  const both = sign(response(original), 'Response', honest)
  const table = [
    [inside, undefined, 'accepted dr.okafor'],
    [signedResponse, undefined, 'accepted dr.okafor'],
    [inside, 'response', 'saml_response_invalid signature_missing'],
    [signedResponse, 'response', 'accepted dr.okafor'],
    [inside, 'assertion', 'accepted dr.okafor'],
    [signedResponse, 'assertion', 'saml_response_invalid signature_missing'],
    [inside, 'both', 'saml_response_invalid signature_missing'],
    [signedResponse, 'both', 'saml_response_invalid signature_missing'],
    [both, 'both', 'accepted dr.okafor'],
    [response(assertion()), undefined, 'saml_response_invalid signature_missing'],
  ] as const
  for (const [message, required, expected] of table) {
    const settings = required === undefined ? {} : { signed: required }
    expect(await refusal(message, { settings }), required).toBe(expected)
  }
})

test('SA-08: a signature that does not verify is not made good by another one', async () => {
  const broken = response(withEvil(original))
  expect(await refusal(sign(broken, 'Response', honest))).toBe(
    'saml_response_invalid signature_invalid',
  )
})

test('what is accepted is what was signed, whatever the encoding of the message', async () => {
  expect(encode(response(original))).toMatch(/^[\w+/=]+$/)
  expect(await refusal(`<?xml version="1.0" encoding="UTF-8"?>\n${response(original)}\n`)).toBe(
    'accepted dr.okafor',
  )
})
