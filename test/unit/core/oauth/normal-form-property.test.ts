import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NOW } from '../../../fixtures.ts'
import { checkProperty } from '../../../support/check-property.ts'
import { normal } from '../../../support/normal-form.ts'

describe('a token response in its normal form', () => {
  it('is a grant that can be used, or a reason, whatever a server answers (10 000 answers)', async () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom(
        'Bearer',
        'Patient/1',
        'https://h/Patient/1',
        '1e12',
        '-1',
        '3600',
        'a b',
        'a,b',
      ),
    )
    const value = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 3 }),
      fc.dictionary(fc.string(), scalar, { maxKeys: 2 }),
    )
    const name = fc.constantFrom(
      'access_token',
      'token_type',
      'expires_in',
      'expires',
      'expires_on',
      'expires_at',
      'refresh_expires_in',
      'access_grant_expiration',
      'scope',
      'refresh_token',
      'id_token',
      'patient',
      'encounter',
      'fhirContext',
      'need_patient_banner',
      'intent',
      'error',
      'errors',
      'status',
      'accessToken',
      '__proto__',
      'constructor',
    )
    const odd = fc.dictionary(name, value)
    const nearlyRight = fc.dictionary(name, value, { maxKeys: 3 })
    const body = fc.oneof(
      { weight: 4, arbitrary: odd },
      {
        weight: 4,
        arbitrary: nearlyRight.map((changes) => ({
          access_token: 'at',
          token_type: 'Bearer',
          ...changes,
        })),
      },
      { weight: 1, arbitrary: fc.string() },
      { weight: 1, arbitrary: fc.anything() },
    )

    let grants = 0
    await checkProperty(
      fc.asyncProperty(body, fc.constantFrom(200, 201, 400, 403, 500), async (sent, status) => {
        const text = typeof sent === 'string' ? sent : (JSON.stringify(sent) ?? '')
        const result = await normal({ body: text, status })
        if (!('accessToken' in result)) return
        grants += 1
        expect(result.accessToken).toMatch(/^[\x21-\x7e]+$/)
        expect(Number.isInteger(result.expiresAt)).toBe(true)
        expect(result.expiresAt).toBeGreaterThan(NOW)
        expect(result.expiresAt).toBeLessThanOrEqual(NOW + 31 * 86_400)
        expect(result.patient ?? 'none').toMatch(/^[\w.~:+=-]{1,128}$/)
        expect(status).toBeLessThan(300)
        for (const scope of result.scopes) expect(scope).not.toMatch(/\s/)
      }),
      10_000,
    )
    expect(grants).toBeGreaterThan(500)
  })
})
