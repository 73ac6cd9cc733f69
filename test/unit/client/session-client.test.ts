import { describe, expect, it } from 'vitest'
import { FhirRefusedError } from '#client/index.ts'
import { BASE, FHIR_BASE, givenSession, outcome, type Seen } from './given-session.ts'

/** A search of three pages. */
function threePages({ url }: Seen): Response {
  const page = Number(new URL(url).searchParams.get('_sallyport_page') ?? '1')
  const next = { relation: 'next', url: `${FHIR_BASE}/Observation?_sallyport_page=${page + 1}` }
  return Response.json({
    resourceType: 'Bundle',
    entry: [{ resource: { id: `of-page-${page}` } }],
    link: [{ relation: 'self', url }, ...(page < 3 ? [next] : [])],
  })
}

const idsOf = ({ entry = [] }: { entry?: readonly { resource?: unknown }[] }) =>
  entry.map(({ resource }) => (resource as { id: string }).id)

describe('the pages of a search', () => {
  it('come one after the other, to the last', async () => {
    const { session } = givenSession({ answer: threePages })
    const ids: string[] = []
    for await (const page of session.pages('Observation?patient=1')) ids.push(...idsOf(page))

    expect(ids).toEqual(['of-page-1', 'of-page-2', 'of-page-3'])
  })

  it('are asked for when the one before was used up, and no more of them than wanted', async () => {
    const { session, asked } = givenSession({ answer: threePages })
    const pages = session.pages('Observation')
    await pages.next()
    expect(asked).toHaveLength(1)

    for await (const _page of session.pages('Observation', { maxPages: 2 }));
    expect(asked).toHaveLength(3)
  })

  it('begin with a form, where it is a search by POST, and go on by GET', async () => {
    const { session, asked } = givenSession({ answer: threePages })
    const form = { method: 'POST', body: new URLSearchParams({ patient: '1' }) }
    for await (const _page of session.pages('Observation/_search', form));

    expect(asked.map(({ method, body }) => `${method} ${body}`)).toEqual([
      'POST patient=1',
      'GET ',
      'GET ',
    ])
  })

  it('end when they lead in a circle, or elsewhere', async () => {
    const leadTo = (url: string) =>
      givenSession({
        answer: () => Response.json({ link: [{ relation: 'next', url }] }),
      }).session.pages('Observation')
    const all = async (pages: AsyncGenerator<unknown>) => {
      for await (const _page of pages);
    }

    await expect(all(leadTo(`${FHIR_BASE}/Observation?page=2`))).rejects.toMatchObject({
      code: 'answer_invalid',
    })
    await expect(all(leadTo('https://evil.example/Observation'))).rejects.toMatchObject({
      code: 'address_foreign',
    })
  })
})

describe('a session', () => {
  it('of another broker is refused', () => {
    const { broker } = givenSession()
    const elsewhere = { SessionID: 's', SessionBaseURL: 'https://evil.example/fhir/R4/a/b' }

    expect(() => broker.session(elsewhere)).toThrowError(
      expect.objectContaining({ code: 'address_foreign' }),
    )
  })

  it('gives the JSON of an answer, and an error for any other', async () => {
    const statuses = [200, 404]
    const { session } = givenSession({
      answer: () =>
        statuses.shift() === 200 ? Response.json({ id: '1' }) : outcome(404, 'not-found'),
    })

    expect(await session.json('Patient/1')).toEqual({ id: '1' })
    const error = await session.json('Patient/2').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(FhirRefusedError)
    expect(error).toMatchObject({ status: 404, issueCode: 'not-found' })
  })

  it('says so of an answer that broke off', async () => {
    const { session } = givenSession({ answer: () => new Response('{"resourceType":"Bun') })

    await expect(session.json('Patient')).rejects.toMatchObject({ code: 'answer_invalid' })
  })

  it('says with each request whom the page shows, when it is told', async () => {
    const { session, asked } = givenSession({ answer: threePages })
    for await (const _page of session.expectPatient('rosa').pages('Observation'));
    await session.fetch('Observation')

    const expected = asked.map(({ headers }) => headers.get('x-sallyport-expect-patient'))
    expect(expected).toEqual(['rosa', 'rosa', 'rosa', null])
  })

  it('is described and ended at the session door', async () => {
    const { session, asked } = givenSession({
      answer: ({ method }) =>
        method === 'DELETE'
          ? new Response(null, { status: 204 })
          : Response.json({ status: 'active', patient: 'rosa' }),
    })

    expect(await session.describe()).toMatchObject({ patient: 'rosa' })
    await session.end()
    expect(asked.map(({ url, method }) => `${method} ${url}`)).toEqual([
      `GET ${BASE}/session`,
      `DELETE ${BASE}/session`,
    ])
    expect(await session.token()).toBe('token-1')
  })

  it('is ended by ending it twice, and not by a broker that fails', async () => {
    const over = givenSession({ answer: () => outcome(403, 'expired', 'session_over') })
    await over.session.end()

    const failing = givenSession({ answer: () => outcome(500, 'exception', 'internal_error') })
    await expect(failing.session.end()).rejects.toMatchObject({ status: 500 })
  })
})
