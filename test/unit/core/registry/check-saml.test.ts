import { createSign, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { checkSaml } from '#core/registry/check-saml.ts'
import { certificateOf } from '#core/saml/certificate.ts'

const signer = generateKeyPairSync('rsa', { modulusLength: 2048 })
const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })

async function certified({ publicKey }: { readonly publicKey: typeof signer.publicKey }) {
  const certificate = await certificateOf({
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    commonName: 'idp',
    issuerName: 'idp',
    sign: async (message) => createSign('sha256').update(message).sign(signer.privateKey),
  })
  return Buffer.from(certificate).toString('base64')
}

test('each certificate of a provider can be read, and has an RSA key of 2048 bits', async () => {
  const certificates = [
    await certified(signer),
    await certified(small),
    await certified(ec),
    'A'.repeat(400),
  ]
  const problems = checkSaml('connections[0].signOn', {
    scheme: 'saml',
    idp: { entityId: 'idp', ssoUrl: 'https://idp.example.org/sso', certificates },
  })

  expect(problems.map(({ path, message }) => [path, message.slice(0, 24)])).toEqual([
    ['connections[0].signOn.idp.certificates[1]', 'Its key has 1024 bits. H'],
    ['connections[0].signOn.idp.certificates[2]', 'Its key is not RSA. Have'],
    ['connections[0].signOn.idp.certificates[3]', 'This is not a certificat'],
  ])
})
