import { describe, expect, it } from 'vitest'
import { ADA, aMessage, fhirJson, givenDataModelDoor } from './given-data-model-door.ts'
import { givenFhirDoor } from './given-fhir-door.ts'

const EHR_MS = 400
const aClock = () => ({ ms: 0, sessionMs: 30, auditMs: 12 })

describe('what a door adds to a request', () => {
  it('is at the FHIR door its own stores’ time, and not the EHR’s', async () => {
    const clock = aClock()
    const { ask, measures } = await givenFhirDoor({
      clock,
      fhir: (_, response) => {
        clock.ms += EHR_MS
        fhirJson(response, ADA)
      },
    })
    expect((await ask()).statusCode).toBe(200)
    expect(measures).toEqual([{ name: 'AddedLatency', door: 'fhir', milliseconds: 42 }])
  })

  it('is counted of a refusal of the EHR’s, and of an answer that is no FHIR', async () => {
    const clock = aClock()
    let status = 404
    const { ask, measures } = await givenFhirDoor({
      clock,
      fhir: (_, response) => void response.writeHead(status).end('no'),
    })
    await ask()
    status = 200
    expect((await ask()).statusCode).toBe(502)
    expect(measures.map((measure) => 'milliseconds' in measure && measure.milliseconds)).toEqual([
      42, 42,
    ])
  })

  it('is not counted of a request that is refused before the EHR is asked', async () => {
    const { ask, measures } = await givenFhirDoor({ clock: aClock() })
    await ask({ token: undefined })
    await ask({ sessionIds: ['no-such-session'] })
    expect(measures).toEqual([])
  })

  it('is at the Data Model door that of the whole message, however much it asks of the EHR', async () => {
    const clock = aClock()
    const { post, asked, measures } = await givenDataModelDoor({
      clock,
      answers: {
        Patient: (_, response) => {
          clock.ms += EHR_MS
          fhirJson(response, ADA)
        },
      },
    })
    const { statusCode } = await post(aMessage('Clinical Summary', 'PatientQuery'))
    expect(statusCode).toBe(200)
    expect(asked.length).toBeGreaterThan(10)
    expect(measures).toEqual([{ name: 'AddedLatency', door: 'data-model', milliseconds: 42 }])
  })
})
