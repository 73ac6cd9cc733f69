import { describe, expect, it } from 'vitest'
import { fromPayload, toPayload } from '#adapters/kms/sealed-payload.ts'
import { accessToken, bindingKey } from '#core/oauth/bound-token.ts'
import { Secret } from '#core/secret.ts'

const binding = { session: 'session-key', tokenVersion: 3, connection: 'general-production' }
const tokens = {
  accessToken: accessToken('access-token', new Secret('dpop-key')),
  refreshToken: new Secret('refresh-token'),
  tokenEndpoint: 'https://login.general.example/token',
  issuer: 'https://login.general.example',
  clientId: 'a-client',
  idTokenIssuer: 'https://id.general.example',
  subject: 'a-subject',
  pagingKey: new Secret('paging-key'),
}
const sealed = (): Record<string, unknown> =>
  JSON.parse(toPayload({ binding, tokens }).toString('utf8'))
const read = (value: unknown) => fromPayload(Buffer.from(JSON.stringify(value)))

describe('the payload of a sealed token set', () => {
  it('is read as it was written', () => {
    const payload = read(sealed())

    expect(payload.binding).toEqual(binding)
    expect(toPayload(payload)).toEqual(toPayload({ binding, tokens }))
    expect(bindingKey(payload.tokens.accessToken)?.reveal()).toBe('dpop-key')
  })

  it('needs nothing of what not every server tells', () => {
    const { dpopKey, refreshToken, clientId, idTokenIssuer, subject, ...least } = sealed()

    const { tokens: few } = read(least)

    expect(Object.keys(few).sort()).toEqual(['accessToken', 'issuer', 'pagingKey', 'tokenEndpoint'])
  })

  it.each(Object.keys(sealed()))('is refused where its %s is of another type', (name) => {
    expect(() => read({ ...sealed(), [name]: [] })).toThrow('Not what was sealed')
  })

  it.each([
    'session',
    'tokenVersion',
    'connection',
    'accessToken',
    'tokenEndpoint',
    'issuer',
    'pagingKey',
  ])('is refused without its %s', (name) => {
    expect(() => read({ ...sealed(), [name]: undefined })).toThrow('Not what was sealed')
  })

  it.each([null, 'text', 7, []])('is no %o', (value) => {
    expect(() => read(value)).toThrow('Not what was sealed')
  })
})
