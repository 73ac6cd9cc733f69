import { describe, expect, it, onTestFinished } from 'vitest'
import { json } from '#sandbox/web/respond.ts'
import { openBrowser } from './browser.ts'
import { startFakeBroker } from './fake-broker.ts'

const SUMMARY = {
  Meta: { Errors: [{ Text: 'Insurances lacks what Coverage would tell.' }] },
  Problems: [{ Name: 'Asthma <b>', StartDate: '2003-05-12' }],
  Allergies: [{ Substance: { Name: 'Penicillin G' }, Reaction: [{ Name: 'Hives' }] }],
  Medications: [{ Product: { Name: 'Metformin' }, FreeTextSig: '500 mg by mouth' }],
  PlanOfCare: { Orders: [{ Name: 'Laboratory studies', DateTime: '2027-02-26T03:07:00.000Z' }] },
  VitalSigns: [
    { DateTime: '2026-01-01T00:00:00.000Z', Observations: [{ Name: 'Old pulse', Value: '60' }] },
    {
      DateTime: '2026-02-01T00:00:00.000Z',
      Observations: [{ Name: 'Pulse', Value: '112', Units: '/min', Interpretation: 'High' }],
    },
  ],
}

/** A visit of the demo app, and its page with the summary that the broker answers. */
async function setup(answer: () => Response) {
  const broker = await startFakeBroker()
  onTestFinished(() => broker.close())
  broker.summaries.push(answer)
  const browser = openBrowser('nowhere')
  const started = await broker.signOn(broker.message())
  const page = await browser.open(started.headers.get('location') ?? '')
  return { broker, page, open: () => browser.open(`${page.url}/summary`) }
}

describe('the Clinical Summary of the demo app', () => {
  it('is asked of the Data Model API when somebody wants it, in the session and about its patient', async () => {
    const { broker, page, open } = await setup(() => json(SUMMARY))
    expect(page.text).toContain(`href="${new URL(page.url).pathname}/summary"`)
    expect(broker.messages).toEqual([])
    await open()

    expect(broker.messages).toEqual([
      {
        authorization: `Bearer ${broker.issued.at(-1)}`,
        Meta: { DataModel: 'Clinical Summary', EventType: 'PatientQuery' },
        Patient: { Identifiers: [{ ID: 'rosa-delgado', IDType: 'FHIR' }] },
      },
    ])
  })

  it('stands beside what FHIR tells, with what the EHR did not give', async () => {
    const { open } = await setup(() => json(SUMMARY))
    const { text } = await open()

    expect(text).toContain('First of rosa-delgado')
    for (const told of [
      '<b>Penicillin G</b> <span>Hives</span>',
      '<b>Metformin</b> <span>500 mg by mouth</span>',
      '<b>Pulse</b> <span>112 /min (High)</span>',
      'Laboratory studies',
      'Insurances lacks what Coverage would tell.',
    ]) {
      expect(text).toContain(told)
    }
    expect(text).not.toContain('Old pulse')
    expect(text).not.toContain('<h3>Immunizations</h3>')
    expect(text).toContain('Asthma &#60;b&#62;')
  })

  it.each([
    [
      'a refusal',
      () => json({ Meta: { Errors: [{ Text: 'The session is over.' }] } }, 403),
      'The session is over.',
    ],
    ['no JSON', () => new Response('<html>'), 'The summary could not be read.'],
    ['another form', () => json(null), 'The summary could not be read.'],
  ])('says why it is not there, and shows FHIR all the same: %s', async (_, answer, sentence) => {
    const { open } = await setup(answer)
    const { text } = await open()

    expect(text).toContain(sentence)
    expect(text).toContain('First of rosa-delgado')
  })

  it('is for the browser that is signed on', async () => {
    const { broker, page } = await setup(() => json(SUMMARY))
    const stranger = await openBrowser('nowhere').open(`${page.url}/summary`)

    expect(stranger.status).toBe(403)
    expect(broker.messages).toEqual([])
  })
})
