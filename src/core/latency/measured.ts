import type { OpenBody, StreamingEgress } from '#core/egress.ts'
import type { FhirResponse } from '#core/fhir/fhir-request.ts'
import { WholeBody } from '#core/fhir/whole-body.ts'
import type { Door, Metrics } from '#core/metrics.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'
import { type Stopwatch, stopwatch } from './stopwatch.ts'

export interface MeasuredDeps {
  readonly egress: StreamingEgress
  readonly tokens: AccessTokens
  readonly metrics: Metrics
  /** Milliseconds from any start. */
  readonly elapsedMs: () => number
}

const DONE = { done: true, value: undefined } as const

/**
 * Serves a request of which the EHR is asked something, and counts what the door added to it: the time
 * that the app waited for the broker, less the time that the broker waited for the EHR.
 *
 * The app waits until the answer's head, and then for each piece of its body that it asks for, up to
 * the end, for which the audit record is kept; while it reads slowly, nothing runs. The EHR is waited
 * for while any request to it is without a head, while a piece of its answer is asked for, and while
 * the session's tokens are renewed, here or by another, of which the metrics of renewals tell. Time in
 * which several of these are waited for is counted once.
 *
 * A request that was answered or refused without the EHR counts for nothing.
 *
 * @param serve is to reach the EHR by what it is given
 */
export async function measured<Deps extends MeasuredDeps>(
  door: Door,
  deps: Deps,
  serve: (watched: Deps) => Promise<FhirResponse>,
): Promise<FhirResponse> {
  const { metrics, elapsedMs } = deps
  const forUs = stopwatch(elapsedMs)
  const forEhr = stopwatch(elapsedMs)
  let isTold = false
  const tell = () => {
    if (isTold || !forEhr.hasRun) return
    isTold = true
    const milliseconds = Math.max(0, Math.round((forUs.ms - forEhr.ms) * 10) / 10)
    metrics.add({ name: 'AddedLatency', door, milliseconds })
  }

  let answer: FhirResponse
  try {
    answer = await forUs.during(serve({ ...deps, ...watched(deps, forEhr) }))
  } catch (error) {
    tell()
    throw error
  }
  if (!answer.body) {
    tell()
    return answer
  }
  const { body } = answer
  if (!(body instanceof WholeBody)) return { ...answer, body: watchedBody(body, forUs, tell) }
  const told = body.endedBy((then) => async (how) => {
    try {
      await forUs.during(then(how))
    } finally {
      tell()
    }
  })
  return { ...answer, body: told }
}

/** The ways to the EHR, the time that they take counted. */
function watched({ egress, tokens }: MeasuredDeps, forEhr: Stopwatch) {
  const toEhr: StreamingEgress = async (url, request, options) => {
    const answer = await forEhr.during(egress(url, request, options))
    const { status, headers, body } = answer
    return body ? { status, headers, body: openWatched(body, forEhr) } : answer
  }
  const ofSession: AccessTokens = {
    freshAccessToken: (session, options) =>
      tokens.freshAccessToken(session, { ...options, whileRenewing: forEhr.during }),
  }
  return { egress: toEhr, tokens: ofSession }
}

function openWatched(body: OpenBody, watch: Stopwatch): OpenBody {
  return {
    [Symbol.asyncIterator]() {
      const source = body[Symbol.asyncIterator]()
      return {
        next: () => watch.during(source.next()),
        return: async () => source.return?.() ?? DONE,
      }
    },
    cancel: () => body.cancel(),
  }
}

/** A body whose pieces are waited for by the watch, and who is told when it is over or left. */
function watchedBody(
  body: AsyncIterable<Uint8Array>,
  watch: Stopwatch,
  over: () => void,
): AsyncIterable<Uint8Array> {
  const source = body[Symbol.asyncIterator]()
  const look = ({ done }: IteratorResult<Uint8Array>) => {
    if (done) over()
  }
  const next = () => {
    const step = watch.during(source.next())
    step.then(look, over)
    return step
  }
  const leave = async () => {
    try {
      await source.return?.()
    } finally {
      over()
    }
    return DONE
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) }
}
