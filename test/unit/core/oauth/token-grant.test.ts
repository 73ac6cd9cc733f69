import { describe, expect, it } from 'vitest'
import { cleanTokenResponse } from '#core/oauth/clean-token-response.ts'
import { toTokenGrant } from '#core/oauth/token-grant.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { NOW } from '../../../fixtures.ts'

const REQUESTED = ['launch', 'openid', 'patient/*.rs']
const RESPONSE = { access_token: 'at', token_type: 'bearer' } as const
const PROFILE = profileOf({})
const now = () => NOW

describe('toTokenGrant', () => {
  it('takes the requested scopes for granted where none are named (RFC 6749 §5.1)', () => {
    expect(toTokenGrant(RESPONSE, REQUESTED, now, PROFILE).scopes).toEqual(REQUESTED)
  })

  it('keeps the granted scopes, also when there are none (SM-52)', () => {
    expect(
      toTokenGrant({ ...RESPONSE, scope: ' openid  a/b ' }, REQUESTED, now, PROFILE).scopes,
    ).toEqual(['openid', 'a/b'])
    expect(toTokenGrant({ ...RESPONSE, scope: ' ' }, REQUESTED, now, PROFILE).scopes).toEqual([])
  })

  it.each([
    [60, NOW + 60],
    [undefined, NOW + 3_600],
    [0, NOW + 3_600],
  ])('ends with expires_in %s at %d', (expires_in, expiresAt) => {
    const response = expires_in === undefined ? RESPONSE : { ...RESPONSE, expires_in }
    expect(toTokenGrant(response, REQUESTED, now, PROFILE).expiresAt).toBe(expiresAt)
  })

  it.each([
    ['123', '123'],
    ['Patient/123', '123'],
    [123, '123'],
    [['123'], undefined],
  ])('reads patient %j as %s (SM-60)', (patient, expected) => {
    const response = { ...RESPONSE, patient } as unknown as Parameters<typeof toTokenGrant>[0]
    expect(toTokenGrant(response, REQUESTED, now, PROFILE).patient).toBe(expected)
  })

  it('passes the launch context on as it came, and nothing else', () => {
    const { context } = toTokenGrant(
      {
        ...RESPONSE,
        need_patient_banner: false,
        intent: 'reconcile',
        id_token: 'x',
        other: 1,
      } as never,
      REQUESTED,
      now,
      PROFILE,
    )
    expect(context).toEqual({ need_patient_banner: false, intent: 'reconcile' })
  })

  it('never prints a token', () => {
    const grant = toTokenGrant({ ...RESPONSE, refresh_token: 'rt-secret' }, REQUESTED, now, PROFILE)
    expect(JSON.stringify(grant)).not.toMatch(/"at"|rt-secret/)
  })
})

describe('cleanTokenResponse', () => {
  it('leaves out what servers send in place of leaving it out', async () => {
    const sent = {
      access_token: 'at',
      refresh_token: null,
      scope: '',
      id_token: null,
      expires_in: null,
      patient: null,
    }

    const cleaned = await cleanTokenResponse(Response.json(sent, { status: 200 }))

    expect(await cleaned.json()).toEqual({ access_token: 'at', patient: null })
  })

  it.each(['<html>', '', '[]', 'null', '"x"'])('leaves the body %j to be refused', async (body) => {
    const cleaned = await cleanTokenResponse(new Response(body, { status: 502 }))

    expect(cleaned.status).toBe(502)
    expect(await cleaned.text()).toBe(body)
  })
})
