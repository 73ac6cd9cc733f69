import { BrokerError } from '#core/errors.ts'
import type { FhirRequest, FhirResponse } from '#core/fhir/fhir-request.ts'
import { WholeBody } from '#core/fhir/whole-body.ts'
import type { Clock } from '#core/time.ts'
import { type AuditedRequest, type AuditTrail, auditRecord } from './audit-record.ts'

/** What becomes known of a request while it is served. */
export type AuditNotes = {
  -readonly [Field in 'app' | 'session' | 'connection' | 'patient' | 'asks']?: AuditedRequest[Field]
}

export interface AuditedDeps {
  readonly audit: AuditTrail
  readonly now: Clock
  readonly elapsedMs: () => number
}

/**
 * Serves a request and records it when it is over: when the last byte of its answer has gone, when it
 * was cut off, or when it was refused. The record is kept before the answer ends, as Lambda freezes
 * then.
 */
export async function audited(
  request: FhirRequest,
  { audit, now, elapsedMs }: AuditedDeps,
  serve: (notes: AuditNotes) => Promise<FhirResponse>,
): Promise<FhirResponse> {
  const startedMs = elapsedMs()
  const notes: AuditNotes = {}
  const record = (
    end: Pick<AuditedRequest, 'status' | 'code' | 'bytes' | 'isCutOff' | 'created'>,
  ) =>
    audit.record(
      auditRecord({
        asks: [],
        ...notes,
        ...end,
        referenceId: request.referenceId,
        method: request.method,
        recordedAt: now(),
        durationMs: elapsedMs() - startedMs,
      }),
    )

  let answer: FhirResponse
  try {
    answer = await serve(notes)
  } catch (error) {
    const { status, code } = BrokerError.from(error)
    await record({ status, code, bytes: 0, isCutOff: false })
    throw error
  }
  const { status, headers, body } = answer
  const created = /([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history|$)/.exec(
    headers['location'] ?? '',
  )?.[1]
  const end = { status, ...(created !== undefined && { created }) }
  if (!body) {
    await record({ ...end, bytes: 0, isCutOff: false })
    return answer
  }
  if (body instanceof WholeBody) {
    const recorded = body.endedBy((then) => async (how) => {
      await record({ ...end, ...how })
      await then(how)
    })
    return { ...answer, body: recorded }
  }
  return {
    ...answer,
    body: counted(body, (bytes, isCutOff) => record({ ...end, bytes, isCutOff })),
  }
}

/** Passes a body on, and says when it is over how far it went. */
function counted(
  body: AsyncIterable<Uint8Array>,
  done: (bytes: number, isCutOff: boolean) => Promise<void>,
): AsyncIterable<Uint8Array> {
  const source = body[Symbol.asyncIterator]()
  let bytes = 0
  let isOver = false
  const end = async (isCutOff: boolean) => {
    if (isOver) return
    isOver = true
    await done(bytes, isCutOff)
  }
  const next = async () => {
    try {
      const step = await source.next()
      if (step.done) await end(false)
      else bytes += step.value.byteLength
      return step
    } catch (error) {
      await end(true)
      throw error
    }
  }
  const leave = async () => {
    try {
      await source.return?.()
    } finally {
      await end(true)
    }
    return { done: true, value: undefined } as const
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) }
}
