import { describe, expect, it } from 'vitest'
import { ADA, aMessage, fhirJson, givenDataModelDoor } from './given-data-model-door.ts'

const about = { subject: { reference: 'Patient/pat-1' } }

const visit = (id: string, start: string, end?: string, more: object = {}) => ({
  resourceType: 'Encounter',
  id,
  status: 'finished',
  ...about,
  identifier: [{ system: 'urn:visits', value: `V-${id}` }],
  period: { start, ...(end && { end }) },
  ...more,
})

const pulse = (id: string, encounter: string | undefined) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  ...about,
  category: [{ coding: [{ code: 'vital-signs' }] }],
  code: { text: id },
  ...(encounter && { encounter: { reference: `Encounter/${encounter}` } }),
})

const RESOURCES = [
  ADA,
  visit('may', '2025-05-01T08:00:00Z', '2025-05-03T08:00:00Z'),
  visit('june', '2025-06-01T08:00:00Z', '2025-06-01T09:00:00Z'),
  visit('off', '2025-06-01T08:00:00Z', '2025-06-01T09:00:00Z', { status: 'cancelled' }),
  pulse('in-may', 'may'),
  pulse('in-june', 'june'),
  pulse('of-no-visit', undefined),
]

const ask = (Visit: object | undefined) =>
  aMessage('Clinical Summary', 'VisitQuery', {
    Patient: { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] },
    ...(Visit && { Visit }),
  })

describe('Clinical Summary VisitQuery', () => {
  it.each([
    ['its number', { VisitNumber: 'V-may' }],
    ['its FHIR id', { VisitNumber: 'may' }],
    ['its number, whatever time is said', { VisitNumber: 'may', StartDateTime: '2025-06-01' }],
    ['its time', { StartDateTime: '2025-05-02T00:00:00Z', EndDateTime: '2025-05-02T01:00:00Z' }],
    ['a start, five days before the end at most', { StartDateTime: '2025-04-29' }],
  ])('tells of one visit, by %s', async (_, said) => {
    const { post } = await givenDataModelDoor({ resources: RESOURCES })
    const { statusCode, json } = await post(ask(said))

    expect(statusCode).toBe(200)
    expect(json.Header.Document.Visit).toEqual({
      VisitNumber: 'V-may',
      StartDateTime: '2025-05-01T08:00:00.000Z',
      EndDateTime: '2025-05-03T08:00:00.000Z',
    })
    expect(json.Encounters).toHaveLength(1)
    expect(json.VitalSigns).toMatchObject([{ Observations: [{ Name: 'in-may' }] }])
  })

  it('tells of the visit of the launch where the message names none', async () => {
    const { post } = await givenDataModelDoor({
      resources: RESOURCES,
      session: { encounter: 'june' },
    })
    const { json } = await post(ask(undefined))

    expect(json.VitalSigns).toMatchObject([{ Observations: [{ Name: 'in-june' }] }])
  })

  it.each([
    ['no visit at all', undefined, 'Visit needs a VisitNumber, or a StartDateTime.'],
    ['a time that is none', { StartDateTime: 'May' }, 'Visit.StartDateTime must be'],
    [
      'more than five days',
      { StartDateTime: '2025-05-01', EndDateTime: '2025-05-07' },
      'Visit.EndDateTime must be 5 days after',
    ],
    ['a number for a number', { VisitNumber: 7 }, 'Visit.VisitNumber must be of the type string.'],
  ])('refuses %s', async (_, said, text) => {
    const { post } = await givenDataModelDoor({ resources: RESOURCES })
    const { statusCode, json } = await post(ask(said))

    expect(statusCode).toBe(400)
    expect(json.Meta.Errors[0].Text).toContain(text)
  })

  it.each([
    ['nobody knows', { VisitNumber: 'V-9' }],
    ['was cancelled', { VisitNumber: 'off' }],
    ['was at another time', { StartDateTime: '2025-07-01' }],
  ])('finds no visit that %s', async (_, said) => {
    const { post } = await givenDataModelDoor({ resources: RESOURCES })

    expect((await post(ask(said))).statusCode).toBe(404)
  })

  it('tells nothing of a visit where the EHR does not say which there are', async () => {
    const { post } = await givenDataModelDoor({
      resources: RESOURCES,
      answers: { Encounter: (_, response) => fhirJson(response, {}, 403) },
    })
    const { statusCode, json } = await post(ask({ VisitNumber: 'may' }))

    expect(statusCode).toBe(200)
    expect(Object.keys(json)).toEqual(['Meta'])
    expect(json.Meta).toMatchObject({
      IsIncomplete: true,
      Errors: [{ Text: expect.stringContaining('status 403'), Type: 'query', Module: 'Send' }],
    })
  })
})
