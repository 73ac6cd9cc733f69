import { expect, test } from 'vitest'
import { assertion, encrypt, NAME_ID, response, sign } from '../../../support/saml/messages.ts'
import {
  honest,
  ours,
  refusal,
  stranger,
  unwrapWith,
} from '../../../support/saml/service-provider.ts'

const inside = sign(assertion(), 'Assertion', honest)

test.each([
  ['AES-256-GCM under OAEP with SHA-256', {}],
  ['AES-128-GCM under OAEP with SHA-1', { cipher: 'aes-128-gcm', wrap: 'oaep-sha1' }],
] as const)(
  'SA-17: an assertion that was signed, then encrypted by %s is accepted',
  async (_, how) => {
    expect(await refusal(response(encrypt(inside, ours, how)))).toBe('accepted dr.okafor')
  },
)

test('SA-17: an encrypted assertion without a signature is accepted only in a signed response', async () => {
  const message = response(encrypt(assertion(), ours))

  expect(await refusal(message)).toBe('saml_response_invalid signature_missing')
  expect(await refusal(sign(message, 'Response', honest))).toBe('accepted dr.okafor')
})

test('SA-17: CBC, which says nothing of changes, is taken in a signed response only', async () => {
  const message = response(encrypt(inside, ours, { cipher: 'aes-256-cbc' }))

  expect(await refusal(message)).toBe('saml_response_invalid decryption_failed')
  expect(await refusal(sign(message, 'Response', honest))).toBe('accepted dr.okafor')
})

const flipped = (at: number) => (text: Buffer) => {
  const changed = Buffer.from(text)
  changed[at < 0 ? text.length + at : at] = (changed.at(at) ?? 0) ^ 1
  return changed
}

test.each([
  ['a changed ciphertext', { spoil: flipped(20) }],
  ['a changed tag', { spoil: flipped(-1) }],
  ['a tag cut short', { spoil: (text: Buffer) => text.subarray(0, -12) }],
  ['no ciphertext', { spoil: () => Buffer.alloc(0) }],
  ['triple DES', { cipher: 'des-ede3-cbc' }],
  ['RSA 1.5', { wrap: 'rsa-1_5' }],
] as const)('SA-17: %s has the one error of all that does not decrypt', async (_, how) => {
  const message = response(encrypt(inside, ours, how))
  expect(await refusal(message)).toBe('saml_response_invalid decryption_failed')
  expect(await refusal(sign(message, 'Response', honest))).toBe(
    'saml_response_invalid decryption_failed',
  )
})

test('SA-17: a ciphertext that was changed asks as much of our key as one that was not', async () => {
  const asked: number[] = []
  for (const how of [{}, ...[20, -1, -17].map((at) => ({ spoil: flipped(at) }))]) {
    let unwrapped = 0
    const unwrapKey: ReturnType<typeof unwrapWith> = (...wrapped) => {
      unwrapped += 1
      return unwrapWith(ours)(...wrapped)
    }
    await refusal(response(encrypt(inside, ours, how)), { unwrapKey })
    asked.push(unwrapped)
  }
  expect(asked).toEqual([1, 1, 1, 1])
})

test('SA-17: what is encrypted to another key, or holds no assertion, has that error too', async () => {
  const expected = 'saml_response_invalid decryption_failed'
  expect(await refusal(response(encrypt(inside, stranger)))).toBe(expected)
  expect(await refusal(response(encrypt('<!DOCTYPE x><x/>', ours)))).toBe(expected)
  expect(await refusal(response(encrypt('no XML', ours)))).toBe(expected)
})

test('SA-17: without a signature around it no CBC ciphertext reaches the key', async () => {
  let unwrapped = 0
  const unwrapKey: ReturnType<typeof unwrapWith> = (...wrapped) => {
    unwrapped += 1
    return unwrapWith(ours)(...wrapped)
  }
  for (const at of [0, 16, 17, -1]) {
    const how = { cipher: 'aes-256-cbc', spoil: flipped(at) } as const
    await refusal(response(encrypt(inside, ours, how)), { unwrapKey })
  }
  expect(unwrapped).toBe(0)
})

test.each([
  [
    'two assertions',
    inside + assertion({ id: '_evil', nameId: NAME_ID.replace('dr.okafor', 'admin') }),
  ],
  [
    'an assertion in the assertion',
    inside.replace('</saml:Assertion>', `${assertion({ id: '_evil' })}</saml:Assertion>`),
  ],
  ['a response', response(inside)],
])('SX-4: %s inside the ciphertext is refused', async (_, text) => {
  expect(await refusal(response(encrypt(text, ours)))).toMatch(
    /^saml_response_invalid (assertion_misplaced|decryption_failed)$/,
  )
})

test('an assertion in clear is refused where the connection wants it encrypted', async () => {
  expect(await refusal(response(inside), { settings: { encrypted: true } })).toBe(
    'saml_response_invalid encryption_missing',
  )
})
