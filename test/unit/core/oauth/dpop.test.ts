import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import type { Egress } from '#core/egress.ts'
import { accessToken, BoundToken, bindingKey } from '#core/oauth/bound-token.ts'
import { resourceEgress } from '#core/oauth/dpop-egress.ts'
import { dpopProofs, mintDpopKey } from '#core/oauth/dpop-proofs.ts'
import { readGrant } from '#core/oauth/token-grant.ts'
import { Secret } from '#core/secret.ts'
import { DEFAULTS } from '#core/vendors/vendor-profile.ts'
import { NOW } from '../../../fixtures.ts'

const KEY = mintDpopKey()
const URL_READ = 'https://ehr.general.example/fhir/Patient/1?_elements=name#top'

/** A resource server that answers as given, one answer a request. */
function setup(...answers: readonly Response[]) {
  const left = [...answers]
  const sent: Headers[] = []
  const egress: Egress = async (_url, init) => {
    sent.push(new Headers(init?.headers))
    return left.shift() ?? new Response(null, { status: 500 })
  }
  return { egress, sent, proofs: dpopProofs(() => NOW) }
}

const wantsNonce = (nonce: string, status = 401) =>
  new Response('', {
    status,
    headers: { 'dpop-nonce': nonce, 'www-authenticate': 'DPoP error="use_dpop_nonce"' },
  })

describe('a request to a resource', () => {
  it('with a bound token goes by the scheme DPoP, with a proof of the token, the method and the address (DP-01, DP-03)', async () => {
    const { egress, sent, proofs } = setup(new Response('{}'))

    await resourceEgress(
      egress,
      new BoundToken('at', KEY),
      proofs,
    )(URL_READ, {
      headers: { authorization: 'Bearer at', accept: 'application/fhir+json' },
    })

    expect(sent[0]?.get('authorization')).toBe('DPoP at')
    expect(sent[0]?.get('accept')).toBe('application/fhir+json')
    expect(decodeJwt(sent[0]?.get('dpop') ?? '')).toEqual({
      htm: 'GET',
      htu: 'https://ehr.general.example/fhir/Patient/1',
      ath: createHash('sha256').update('at').digest('base64url'),
      iat: NOW,
      jti: expect.any(String),
    })
  })

  it('with any other token goes as it is, and once, whatever nonce is wanted', async () => {
    const { egress, sent, proofs } = setup(wantsNonce('n-1'))

    await resourceEgress(
      egress,
      new Secret('at'),
      proofs,
    )(URL_READ, {
      headers: { authorization: 'Bearer at' },
    })

    expect([...(sent[0] ?? [])]).toEqual([['authorization', 'Bearer at']])
    expect(sent).toHaveLength(1)
  })

  it('is made once more with the nonce that the server wants, which then is in every proof (DP-02)', async () => {
    const { egress, sent, proofs } = setup(
      wantsNonce('n-1'),
      new Response('{}'),
      new Response('{}'),
    )
    const send = resourceEgress(egress, new BoundToken('at', KEY), proofs)

    expect((await send(URL_READ)).status).toBe(200)
    await send(URL_READ)

    const claims = sent.map((headers) => decodeJwt(headers.get('dpop') ?? ''))
    expect(claims.map((one) => one['nonce'])).toEqual([undefined, 'n-1', 'n-1'])
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(3)
  })

  it('is made once more though the challenge has its error without quotes', async () => {
    const unquoted = new Response('', {
      status: 401,
      headers: { 'dpop-nonce': 'n-1', 'www-authenticate': 'DPoP error=use_dpop_nonce' },
    })
    const { egress, sent, proofs } = setup(unquoted, new Response('{}'))

    await resourceEgress(egress, new BoundToken('at', KEY), proofs)(URL_READ)

    expect(sent).toHaveLength(2)
  })

  it('is not made again for a nonce that its proof had', async () => {
    const { egress, sent, proofs } = setup(wantsNonce('n-1'), new Response('{}'), wantsNonce('n-1'))
    const send = resourceEgress(egress, new BoundToken('at', KEY), proofs)
    await send(URL_READ)

    expect((await send(URL_READ)).status).toBe(401)
    expect(sent).toHaveLength(3)
  })

  it.each([
    ['the same nonce is wanted again', [wantsNonce('n-1'), wantsNonce('n-1')], 2],
    ['another status asks for it', [wantsNonce('n-1', 400)], 1],
    ['it is a refusal of the token', [new Response('', { status: 401 })], 1],
    ['the nonce is none', [wantsNonce('a "quoted" one')], 1],
  ])('is not made again where %s', async (_what, answers, count) => {
    const { egress, sent, proofs } = setup(...answers)

    await resourceEgress(egress, new BoundToken('at', KEY), proofs)(URL_READ)

    expect(sent).toHaveLength(count)
  })
})

describe('a key', () => {
  it('is another for each session, and its private half is in no proof', async () => {
    const keys = [mintDpopKey(), mintDpopKey()]
    const thumbprints = await Promise.all(
      keys.map((key) => calculateJwkThumbprint(JSON.parse(key.reveal()) as JWK)),
    )
    expect(new Set(thumbprints).size).toBe(2)

    const proof = dpopProofs(() => NOW).atTokenEndpoint(KEY, 'POST', new URL(URL_READ))
    expect(Object.keys(decodeProtectedHeader(proof).jwk ?? {})).toEqual(['kty', 'crv', 'x', 'y'])
  })

  it('is no more printed than a token is', () => {
    expect(JSON.stringify(accessToken('at', KEY))).toBe('"[secret]"')
    expect(String(accessToken('at', KEY))).toBe('[secret]')
  })
})

describe('a token response of the type DPoP', () => {
  const read = (token_type: unknown, dpopKey?: Secret) =>
    readGrant(
      { access_token: 'at', token_type },
      {
        profile: DEFAULTS.smart,
        fhirBaseUrl: 'https://ehr.general.example/fhir',
        scopes: [],
        receivedAt: NOW,
        dpopKey,
      },
    )

  it('has a token bound to the key that was proven', () => {
    for (const type of ['dpop', ' DPoP ']) {
      const answer = read(type, KEY)

      expect('grant' in answer && bindingKey(answer.grant.accessToken)).toBe(KEY)
    }
  })

  it('is refused where no key was proven, and a Bearer token is bound to none (OA-08)', () => {
    expect(read('DPoP')).toEqual({ refused: 'token_type' })
    expect(read(['DPoP'], KEY)).toEqual({ refused: 'token_type' })
    const bearer = read('Bearer', KEY)
    expect('grant' in bearer && bindingKey(bearer.grant.accessToken)).toBeUndefined()
  })
})
