import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { Secret } from '#core/secret.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'
import { ADA, aMessage, givenDataModelDoor } from './given-data-model-door.ts'

const SUMMARY = aMessage('Clinical Summary', 'PatientQuery')

const PEANUT = {
  resourceType: 'AllergyIntolerance',
  id: 'a1',
  patient: { reference: 'Patient/pat-1' },
  code: { text: 'Peanut' },
}

const busy = () => new BrokerError('session_busy', { retryAfterSeconds: 1 })

/** The session's tokens, as `had` gives them; says how often they were asked for. */
function counted(had: AccessTokens['freshAccessToken']) {
  const asked: unknown[] = []
  const freshAccessToken: AccessTokens['freshAccessToken'] = (session, options) => {
    asked.push(options?.rejected?.reveal())
    return had(session, options)
  }
  return { asked, freshAccessToken }
}

describe('a message whose access to the EHR fails', () => {
  it('asks for that once, however many searches it has, and names all that it lacks', async () => {
    const { asked, freshAccessToken } = counted(async () => {
      throw new BrokerError('upstream_unavailable', { retryAfterSeconds: 5 })
    })
    const door = await givenDataModelDoor({ freshAccessToken })
    const { statusCode, json } = await door.post(SUMMARY)

    expect(statusCode).toBe(200)
    expect(json.Meta.Errors.length).toBeGreaterThan(15)
    expect(asked).toHaveLength(1)
    expect(door.asked).toEqual([])
  })

  it('while somebody else renews the tokens is told with what was had before', async () => {
    const { asked, freshAccessToken } = counted(async (session, options) => {
      if (options?.rejected) throw busy()
      return { accessToken: new Secret('ehr-token-1'), session }
    })
    const refused = (_: URL, response: { writeHead(status: number): { end(): void } }) =>
      response.writeHead(401).end()
    const { post } = await givenDataModelDoor({
      freshAccessToken,
      resources: [ADA, PEANUT],
      answers: { Procedure: refused, Condition: refused },
    })
    const { statusCode, json } = await post(SUMMARY)

    expect(statusCode).toBe(200)
    expect(json.Header.Patient.Demographics.LastName).toBe('Lovelace')
    expect(json.Allergies).toHaveLength(1)
    const texts = json.Meta.Errors.map(({ Text }: { Text: string }) => Text)
    expect(texts).toContainEqual(
      expect.stringMatching(/^Procedures lacks what Procedure would tell\. .* being renewed/),
    )
    expect(json.Meta.Errors[0]).toMatchObject({ Type: 'message', Module: 'Sessions' })
    expect(asked).toEqual([undefined, 'ehr-token-1'])
  })

  it('while somebody else renews the tokens, and nothing was had, is to be sent again', async () => {
    const { post } = await givenDataModelDoor({
      freshAccessToken: async () => {
        throw busy()
      },
    })
    const { statusCode, headers, json } = await post(SUMMARY)

    expect(statusCode).toBe(503)
    expect(headers).toMatchObject({ 'retry-after': '1' })
    expect(Object.keys(json)).toEqual(['Meta'])
  })

  it('because the session ended in between is refused whole', async () => {
    const { freshAccessToken } = counted(async (session, options) => {
      if (options?.rejected) throw new BrokerError('session_over')
      return { accessToken: new Secret('ehr-token-1'), session }
    })
    const { post } = await givenDataModelDoor({
      freshAccessToken,
      resources: [ADA, PEANUT],
      answers: { Procedure: (_, response) => response.writeHead(401).end() },
    })
    expect((await post(SUMMARY)).statusCode).toBe(403)
  })
})
