import { UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { Secret } from '#core/secret.ts'
import { checkRenewedIdToken } from '#core/tokens/check-renewed-id-token.ts'
import type { TokenSet } from '#core/tokens/token-vault.ts'

const tokens: TokenSet = {
  accessToken: new Secret('access'),
  tokenEndpoint: 'https://login.example/token',
  issuer: 'https://login.example',
  subject: 'user-1',
  pagingKey: new Secret('paging-key'),
}
const claims = { iss: 'https://login.example', sub: 'user-1', aud: 'client' }

/** What is said of an ID token with these claims. */
function check(changes: object, launch: Partial<Record<keyof TokenSet, unknown>> = {}) {
  const idToken = new UnsecuredJWT({ ...claims, ...changes }).encode()
  return checkRenewedIdToken(idToken, 'client', { ...tokens, ...launch } as TokenSet)
}

describe('the ID token of a refresh answer', () => {
  it('need not come', () => {
    expect(checkRenewedIdToken(undefined, 'client', tokens)).toBe('same')
    expect(
      checkRenewedIdToken(undefined, 'client', { ...tokens, subject: undefined } as never),
    ).toBe('same')
  })

  it('is the same by iss and sub, for us among others', () => {
    expect(check({})).toBe('same')
    expect(check({ aud: ['another', 'client'] })).toBe('same')
  })

  it('is compared with the launch’s issuer of ID tokens, where that is another', () => {
    const launch = { idTokenIssuer: 'https://id.example' }

    expect(check({ iss: 'https://id.example' }, launch)).toBe('same')
    expect(check({}, launch)).toBe('changed')
  })

  it.each([
    ['of another person', { sub: 'user-2' }],
    ['of another issuer', { iss: 'https://another.example' }],
    ['of another person, for nobody', { sub: 'user-2', aud: undefined }],
  ])('has changed where it is %s', (_, changes) => {
    expect(check(changes)).toBe('changed')
  })

  it.each([
    ['names no issuer', { iss: undefined }],
    ['names no person', { sub: undefined }],
    ['is for another client', { aud: 'another' }],
    ['is for nobody', { aud: undefined }],
  ])('cannot be checked where it %s: that ends no session', (_, changes) => {
    expect(check(changes)).toBe('not_checkable')
  })

  it('cannot be checked where the launch had none, nor where it is no JWT', () => {
    expect(check({}, { subject: undefined })).toBe('not_checkable')
    expect(checkRenewedIdToken('nonsense', 'client', tokens)).toBe('not_checkable')
  })
})
