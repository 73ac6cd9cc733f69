import { once } from 'node:events'
import http from 'node:http'
import { Worker } from 'node:worker_threads'
import { createStreamingEgress } from '#adapters/egress/streaming-egress.ts'
import { memoryAuditTrail } from '#adapters/memory/audit-trail.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { handleMessage } from '#core/data-model/handle-message.ts'
import type { MessageRequest } from '#core/data-model/respond.ts'
import { upstreamPauses } from '#core/fhir/upstream-pauses.ts'
import { dpopProofs } from '#core/oauth/dpop-proofs.ts'
import { Secret } from '#core/secret.ts'
import { deadSessionGuard } from '#core/session/dead-session-guard.ts'
import { sessionKey } from '#core/session/session-id.ts'
import { aConnection, anApp, aRegistry, aSession, NOW } from '../test/fixtures.ts'
import type { Bench, Figure } from './figure.ts'

/** Of both, one right after the other: whatever else the machine does, it does to both. */
const ROUNDS = 9
/** Until the code is compiled. */
const WARM_UP_ROUNDS = 3
const SESSION_ID = 'the-session-id'

/** What is asked for at once, here and by the gatherer. */
const AT_ONCE = 6

interface Ehr {
  readonly origin: string
  readonly patient: string
}

/**
 * Clinical Summary over records of three sizes: what it takes beyond the FHIR server's own time, that
 * is, beyond the same requests by a bare client that reads each answer and does nothing with it.
 *
 * The bar is on the processor's time of this thread, which is what is waited for where the machine has
 * nothing else to do: where it has, the clock says more of the others than of us. It is the median
 * of the rounds, of the least that the EHR took; the clock's own ratio is told beside it.
 */
export const bench: Bench = async function* () {
  for (const count of [50, 500, 5_000]) {
    for (const takesTime of [true, false]) {
      const worker = new Worker(new URL('./data-model-upstream.ts', import.meta.url), {
        workerData: { count, takesTime },
      })
      const [{ port, patient }] = (await once(worker, 'message')) as [
        { readonly port: number; readonly patient: string },
      ]
      const ehr = { origin: `http://127.0.0.1:${port}`, patient }
      try {
        yield* takesTime ? figuresOf(count, ehr) : ownTime(count, ehr)
      } finally {
        await worker.terminate()
      }
    }
  }
}

async function* figuresOf(count: number, ehr: Ehr): AsyncGenerator<Figure> {
  const { bareMs, ratio, clockRatio, requests, peakMb, answerBytes } = await measure(ehr)
  yield { name: `${count} resources, the EHR’s own time`, value: bareMs, unit: 'ms' }
  yield {
    name: `${count} resources, time beyond it`,
    value: ratio,
    unit: 'ratio',
    bar: { atMost: 0.2 },
  }
  yield { name: `${count} resources, the same by the clock`, value: clockRatio, unit: 'ratio' }
  yield {
    name: `${count} resources, requests`,
    value: requests,
    unit: 'calls',
    bar: { atMost: 60 },
  }
  yield { name: `${count} resources, answer`, value: answerBytes / 1e6, unit: 'MB' }
  yield {
    name: `${count} resources, memory at its peak over before`,
    value: peakMb,
    unit: 'MB',
    bar: { atMost: 256 },
  }
}

/** The same with an EHR that takes no time of its own: all that we take is to be seen. */
async function* ownTime(count: number, ehr: Ehr): AsyncGenerator<Figure> {
  const { beyondMs } = await measure(ehr)
  yield {
    name: `${count} resources, all of our own time`,
    value: beyondMs,
    unit: 'ms',
  }
}

async function measure(ehr: Ehr) {
  const ask = door(ehr)
  const asked: string[] = []
  const answerBytes = await ask((url) => asked.push(url))
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    await bare(asked)
    await ask()
  }
  await fetch(`${ehr.origin}/requests`)
  await ask()
  const requests = Number(await (await fetch(`${ehr.origin}/requests`)).text())

  const rounds: { readonly bare: Spent; readonly ours: Spent }[] = []
  let peakMb = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const ours = async () => {
      const { spent, mb } = await watched(() => ask())
      peakMb = Math.max(peakMb, mb)
      return spent
    }
    const them = () => spentOn(() => bare(asked))
    // Neither is always the one that comes after the other's garbage.
    const isEven = round % 2 === 0
    const one = await (isEven ? them() : ours())
    const other = await (isEven ? ours() : them())
    rounds.push(isEven ? { bare: one, ours: other } : { bare: other, ours: one })
  }
  const bareMs = Math.min(...rounds.map(({ bare }) => bare.clockMs))
  const beyondMs = Math.max(0, median(rounds.map(({ bare, ours }) => ours.cpuMs - bare.cpuMs)))
  const clockRatios = rounds.map(({ bare, ours }) => ours.clockMs / bare.clockMs - 1)
  return {
    bareMs,
    ratio: beyondMs / bareMs,
    clockRatio: Math.max(0, median(clockRatios)),
    beyondMs,
    requests,
    peakMb,
    answerBytes,
  }
}

/** The core as the function wires it, with the real egress; AWS is left out. Answers the body's bytes. */
function door({ origin, patient }: Ehr) {
  const sessions = memorySessionStore()
  sessions.put(aSession({ id: sessionKey(new Secret(SESSION_ID)), patient }))
  const now = () => NOW
  const fhirBaseUrl = `${origin}/fhir`
  const egress = createStreamingEgress({ upstreams: 'loopback' })
  const message = Buffer.from(
    JSON.stringify({
      Meta: { DataModel: 'Clinical Summary', EventType: 'PatientQuery' },
      Patient: { Identifiers: [{ ID: patient, IDType: 'FHIR' }] },
    }),
  )
  const request = (): MessageRequest => ({
    method: 'POST',
    path: '/endpoint',
    query: new URLSearchParams({ _redox_session: SESSION_ID }),
    header: (name) => (name === 'authorization' ? ['Bearer any'] : []),
    body: message,
    referenceId: '0b5f1f3c-0a4c-4ad0-9a3c-6d1a54c1c0aa',
    remainingMs: () => 60_000,
    deadline: AbortSignal.timeout(60_000),
  })
  return async (onUrl: (url: string) => void = () => undefined): Promise<number> => {
    const { status, body } = await handleMessage(request(), {
      verifyAppToken: async () => ({
        app: 'heartline',
        clientId: 'heartline-server',
        scope: 'system/*.cruds',
      }),
      guardDeadSessions: deadSessionGuard(now),
      sessions,
      registry: aRegistry({
        apps: [anApp()],
        connections: [aConnection({ fhirBaseUrl, issuer: fhirBaseUrl })],
      }),
      tokens: {
        freshAccessToken: async (session) => ({ accessToken: new Secret('ehr-token'), session }),
      },
      egress: (url, ...rest) => {
        onUrl(String(url))
        return egress(url, ...rest)
      },
      pauseUpstream: upstreamPauses(now),
      proofs: dpopProofs(now),
      audit: memoryAuditTrail(),
      metrics: { add: () => undefined },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      now,
      publicBaseUrl: 'https://api.sallyport.example',
      elapsedMs: () => performance.now(),
    })
    if (status !== 200) throw new Error(`answered ${status}`)
    let bytes = 0
    for await (const chunk of body ?? []) bytes += chunk.byteLength
    return bytes
  }
}

/**
 * The same requests by a client that does nothing else: a search and its pages after one another, as
 * many searches at once as the gatherer does, and what is read by its id after them.
 */
async function bare(urls: readonly string[]): Promise<void> {
  const agent = new http.Agent({ keepAlive: true })
  const get = (url: string) =>
    new Promise<void>((resolve, reject) => {
      http
        .get(url, { agent }, (answer) => {
          answer.resume().once('end', resolve).once('error', reject)
        })
        .once('error', reject)
    })
  const chains = new Map<string, string[]>()
  for (const url of urls) {
    const { pathname, searchParams } = new URL(url)
    searchParams.delete('page')
    const chain = `${pathname}?${searchParams}`
    chains.set(chain, [...(chains.get(chain) ?? []), url])
  }
  const isRead = (chain: string) =>
    /\/fhir\/\w+\/[^/?]+\?/.test(chain) && !/\/Patient\//.test(chain)
  for (const wave of [false, true]) {
    const waiting = [...chains].filter(([chain]) => isRead(chain) === wave).values()
    const work = async () => {
      for (const [, chain] of waiting) for (const url of chain) await get(url)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }
  agent.destroy()
}

/** How long it takes, and how much memory the process has at most while it does, over before. */
async function watched(work: () => Promise<unknown>) {
  const before = process.memoryUsage().rss
  let most = before
  const look = () => {
    most = Math.max(most, process.memoryUsage().rss)
  }
  const watch = setInterval(look, 5)
  const spent = await spentOn(work)
  clearInterval(watch)
  look()
  return { spent, mb: (most - before) / 1_048_576 }
}

/** Of the clock, and of the processor by this thread: the EHR has one of its own. */
interface Spent {
  readonly clockMs: number
  readonly cpuMs: number
}

async function spentOn(work: () => Promise<unknown>): Promise<Spent> {
  const startedMs = performance.now()
  const before = process.threadCpuUsage()
  await work()
  const { user, system } = process.threadCpuUsage(before)
  return { clockMs: performance.now() - startedMs, cpuMs: (user + system) / 1_000 }
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}
