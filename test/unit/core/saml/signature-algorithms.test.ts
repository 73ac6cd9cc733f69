import { constants, createHash, createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { assertion, response, sign } from '../../../support/saml/messages.ts'
import { honest, refusal } from '../../../support/saml/service-provider.ts'

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'
const RSA_SHA256 = `${MORE}rsa-sha256`
const original = sign(assertion(), 'Assertion', honest)
const { privateKey: key } = honest
const bySha256 = (info: Buffer) => createSign('sha256').update(info).sign(key)

/** A signed assertion whose `SignedInfo` is signed anew, under an algorithm's name. */
function resigned(algorithm: string, signs: (info: Buffer) => Buffer, signed = original): string {
  const named = signed.replace(RSA_SHA256, algorithm)
  const [info = ''] = /<SignedInfo>.*<\/SignedInfo>/.exec(named) ?? []
  // Exclusively canonicalized, an element has the namespace that it is in, and an end tag.
  const canonical = info
    .replace('<SignedInfo>', '<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#">')
    .replace(/<(\w+)([^>]*)\/>/g, '<$1$2></$1>')
  const value = signs(Buffer.from(canonical)).toString('base64')
  return response(named.replace(/(<SignatureValue>)[^<]*/, `$1${value}`))
}

test.each([
  ['RSA with SHA-256', RSA_SHA256, bySha256],
  [
    'RSA with SHA-512',
    `${MORE}rsa-sha512`,
    (info: Buffer) => createSign('sha512').update(info).sign(key),
  ],
  [
    'RSA-PSS',
    'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
    (info: Buffer) =>
      createSign('sha256')
        .update(info)
        .sign({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  ],
])('SA-16: %s is accepted', async (_, algorithm, signs) => {
  expect(await refusal(resigned(algorithm, signs))).toBe('accepted dr.okafor')
})

test.each([
  ['HMAC-SHA1', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1', 'sha1'],
  ['HMAC-SHA256', `${MORE}hmac-sha256`, 'sha256'],
])(
  'SA-16: %s under the certificate, which everybody has, is refused',
  async (_, algorithm, hash) => {
    const pem = `-----BEGIN CERTIFICATE-----\n${honest.certificate}\n-----END CERTIFICATE-----\n`
    const forged = resigned(algorithm, (info) => createHmac(hash, pem).update(info).digest())
    expect(await refusal(forged)).toBe('saml_response_invalid algorithm_refused')
  },
)

test('SA-16: ECDSA is refused', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signs = (info: Buffer) =>
    createSign('sha256').update(info).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' })
  expect(await refusal(resigned(`${MORE}ecdsa-sha256`, signs))).toBe(
    'saml_response_invalid algorithm_refused',
  )
})

/** As canonicalization that fails would leave it: nothing, whose digest the provider was made to sign. */
test('SX-12: a signature over nothing, of an assertion that not every canonicalization can read, is refused', async () => {
  const nothing = createHash('sha256').update('').digest('base64')
  const ofNothing = original
    .replace(/(<DigestValue>)[^<]*/, `$1${nothing}`)
    .replace('dr.okafor', 'admin')
    .replace('<saml:Subject>', '<saml:Subject xmlns:x="1">')

  expect(await refusal(resigned(RSA_SHA256, bySha256, ofNothing))).toBe(
    'saml_response_invalid signature_invalid',
  )
})
