import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenBroker } from '../flow/given-broker.ts'
import { formOf, plainBrowser } from '../support/browser.ts'
import type { FhirRequestSeen } from '../support/fake-ehr.ts'

const SESSIONS = 50
const CALLERS = 32
const REQUESTS = 6_000
/** One request in so many meets a fault of the EHR's. */
const FAULT_EVERY = 20

const PEOPLE = Object.fromEntries(
  Array.from({ length: SESSIONS }, (_, index) => [
    `launch-${index}`,
    { patient: `patient-${index}`, user: `user-${index}` },
  ]),
)

/** What goes wrong at an EHR, in turns. */
const FAULTS = {
  'hangs up before it answers': (response) => response.socket?.destroy(),
  'refuses the token': (response) => json(response, 401, { resourceType: 'OperationOutcome' }),
  'answers in HTML': (response) =>
    response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>trace of the EHR</h1>'),
  'is busy': (response) => response.writeHead(503).end(),
  'wants fewer requests': (response) => json(response, 429, { error: 'slow down' }),
  'breaks off in its answer': (response) => {
    response.writeHead(200, { 'content-type': 'application/fhir+json', 'content-length': 900 })
    response.write('{"resourceType":"Bundle",', () => response.socket?.destroy())
  },
  'breaks off in an answer of unknown length': (response) => {
    response.writeHead(200, { 'content-type': 'application/fhir+json' })
    response.write('{"resourceType":"Bundle","entry":[{}', () => response.socket?.destroy())
  },
  'answers with no JSON': (response) =>
    response.writeHead(200, { 'content-type': 'application/fhir+json' }).end('{"resourceType":'),
  'redirects elsewhere': (response) =>
    response.writeHead(302, { location: 'http://127.0.0.1:9/fhir/Patient/1' }).end(),
  'takes its time': (_response, answer) => void setTimeout(answer, 300),
} satisfies Record<string, (response: ServerResponse, answer: () => void) => unknown>
type Fault = keyof typeof FAULTS
const FAULT_NAMES = Object.keys(FAULTS) as Fault[]

/**
 * Faults that come when the head of our answer, and a part of its body, have gone: no OperationOutcome
 * can be told any more, so the answer is cut off. One of known length is read before it is begun.
 */
const CUTTING: readonly (Fault | undefined)[] = [
  'breaks off in an answer of unknown length',
  'answers with no JSON',
]

const json = (response: ServerResponse, status: number, body: unknown) =>
  void response
    .writeHead(status, { 'content-type': 'application/fhir+json' })
    .end(JSON.stringify(body))

const open = new Set<Socket>()
let underWay = 0
let asked = 0
const faults = new Map<Fault, number>()
/** What the EHR did to each request, the last time that it was asked it. */
const done = new Map<number, Fault | undefined>()
const tokensSeen = new Set<string>()
let isFaulty = false

/** Whose token came, the answer is about: the patient of that person, whoever is asked for. */
function ehr({ headers, url }: FhirRequestSeen, response: ServerResponse): void {
  const socket = response.socket
  if (socket && !open.has(socket)) {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  }
  underWay += 1
  response.once('close', () => {
    underWay -= 1
  })
  const token = headers.authorization?.slice('Bearer '.length) ?? ''
  tokensSeen.add(token)
  const patient = `patient-${/^user-(\d+)\./.exec(token)?.[1] ?? 'nobody'}`
  const n = Number(new URL(url, 'http://ehr').searchParams.get('n'))
  const answer = () =>
    json(response, 200, {
      resourceType: 'Bundle',
      type: 'searchset',
      link: [{ relation: 'next', url: `http://${headers.host}/fhir?_getpages=${token}` }],
      entry: [
        {
          fullUrl: `http://${headers.host}/fhir/Observation/1`,
          resource: {
            resourceType: 'Observation',
            id: '1',
            subject: { reference: `Patient/${patient}` },
            note: [{ text: String(n) }],
          },
        },
      ],
    })
  asked += 1
  const fault =
    isFaulty && asked % FAULT_EVERY === 0
      ? FAULT_NAMES[(asked / FAULT_EVERY) % FAULT_NAMES.length]
      : undefined
  done.set(n, fault)
  if (fault === undefined) {
    answer()
    return
  }
  faults.set(fault, (faults.get(fault) ?? 0) + 1)
  FAULTS[fault](response, answer)
}

const broker = await givenBroker({ ehr: { people: PEOPLE, fhir: ehr } })
afterAll(() => broker.close())

interface Caller {
  readonly patient: string
  readonly session: string
  readonly ask: (path: string) => Promise<Response>
}

/** Each session, by one of the three ways to name it. */
const callers: Caller[] = []
beforeAll(async () => {
  for (const [index, launch] of Object.keys(PEOPLE).entries()) {
    const browser = plainBrowser()
    const { location = '' } = await browser.visit(broker.launchUrl({ launch }))
    const allow = (await browser.visit(location)).text
    const href = /href="([^"]+)"/.exec(allow)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const { message } = await broker.handOver(browser, formOf(await browser.visit(href)))
    const session = message.body.Meta.SessionID
    const way = (['T', 'H', 'Q'] as const)[index % 3]
    const authorization = await broker.appToken('heartline', way === 'T' ? { session } : {})
    callers.push({
      patient: PEOPLE[launch]?.patient ?? '',
      session,
      ask: (path) =>
        fetch(`${broker.fhirBase}${path}${way === 'Q' ? `&_redox_session=${session}` : ''}`, {
          headers: { authorization, ...(way === 'H' && { 'x-sallyport-session': session }) },
          signal: AbortSignal.timeout(60_000),
        }),
    })
  }
})

type Outcome = 'served' | 'refused' | 'cut off'

/** Asks once, and holds what comes to what may come. Whether it was cut off is for its reader to be told. */
async function ask({ patient, session, ask }: Caller, n: number): Promise<Outcome> {
  const response = await ask(`/Observation?n=${n}`)
  const head = JSON.stringify([...response.headers])
  const text = await response.text().catch((error: unknown) => {
    expect([error instanceof TypeError, response.status]).toEqual([true, 200])
  })
  if (text === undefined) return 'cut off'
  expect(head + text).not.toMatch(/user-\d+\.|trace of the EHR|127\.0\.0\.1:9\b/)
  const body = JSON.parse(text)
  if (response.status === 200) {
    expect(body.entry[0].resource).toMatchObject({
      subject: { reference: `Patient/${patient}` },
      note: [{ text: String(n) }],
    })
    expect(text.includes(session)).toBe(body.link[0].url.includes('_redox_session'))
    return 'served'
  }
  expect(response.status).toBeGreaterThanOrEqual(400)
  expect(response.headers.get('content-type')).toContain('json')
  expect(body).toMatchObject({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: expect.any(String) }],
  })
  return 'refused'
}

describe(`${REQUESTS} requests of ${CALLERS} callers at once, in ${SESSIONS} sessions, one in ${FAULT_EVERY} failing at the EHR`, {
  timeout: 600_000,
}, () => {
  it('are each about the session’s own patient, and fail as an OperationOutcome, or cut off where the EHR broke off in the body and only there', async () => {
    isFaulty = true
    const outcomes: Record<Outcome, number> = { served: 0, refused: 0, 'cut off': 0 }
    const wronglyCut: object[] = []
    let next = 0
    const work = async () => {
      while (next < REQUESTS) {
        const n = next
        next += 1
        const caller = callers[(n * 7) % SESSIONS]
        if (!caller) throw new Error('there are no sessions')
        const outcome = await ask(caller, n)
        outcomes[outcome] += 1
        const isToBeCut = CUTTING.includes(done.get(n))
        if (isToBeCut !== (outcome === 'cut off')) wronglyCut.push({ n, outcome, ehr: done.get(n) })
      }
    }
    await Promise.all(Array.from({ length: CALLERS }, work))
    isFaulty = false
    process.stdout.write(`${JSON.stringify({ outcomes, faults: [...faults] })}\n`)

    expect(outcomes.served + outcomes.refused + outcomes['cut off']).toBe(REQUESTS)
    expect(outcomes.served).toBeGreaterThan(REQUESTS * 0.9)
    expect(outcomes.refused).toBeGreaterThan(0)
    expect(wronglyCut).toEqual([])
    expect(outcomes['cut off']).toBeGreaterThan(0)
    expect([...faults.keys()].sort()).toEqual([...FAULT_NAMES].sort())
  })

  it('leave no request under way at the EHR, and no more connections than there are instances', async () => {
    await pause(500)
    expect(underWay).toBe(0)
    expect(open.size).toBeLessThanOrEqual(CALLERS)
  })

  it('leave every session as it was: each is served its own patient afterwards', async () => {
    const outcomes: Outcome[] = []
    for (const [index, caller] of callers.entries()) outcomes.push(await ask(caller, index))
    expect(outcomes.filter((outcome) => outcome !== 'served')).toEqual([])
  })

  it('leave no token of the EHR’s and no SessionID in a log', () => {
    expect(tokensSeen.size).toBeGreaterThanOrEqual(SESSIONS)
    const lines = broker.logLines().join('\n')
    expect(lines.length).toBeGreaterThan(REQUESTS)
    const secrets = [...tokensSeen, ...callers.map(({ session }) => session)]
    expect(secrets.filter((secret) => lines.includes(secret))).toEqual([])
  })
})
