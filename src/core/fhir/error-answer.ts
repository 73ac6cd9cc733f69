import type { OpenAnswer, OpenBody } from '#core/egress.ts'
import { answerHeaders } from './answer-headers.ts'
import type { AddressMap } from './ehr-addresses.ts'
import type { FhirResponse } from './fhir-request.ts'
import { operationOutcome } from './operation-outcome.ts'

/** No OperationOutcome is longer that anybody reads. */
const MAX_BYTES = 256 * 1024

/** `issue.code` for a status that came without a reason of its own. */
const ISSUE_CODES: ReadonlyMap<number, string> = new Map([
  [400, 'invalid'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [405, 'not-supported'],
  [408, 'timeout'],
  [409, 'conflict'],
  [410, 'deleted'],
  [412, 'conflict'],
  [413, 'too-long'],
  [429, 'throttled'],
  [502, 'transient'],
  [503, 'transient'],
  [504, 'timeout'],
])

/**
 * The EHR's error for the app: its status, and its OperationOutcome as it was written. Anything
 * else, a page of HTML or a gateway's JSON, is replaced by an OperationOutcome of ours.
 */
export async function errorAnswer(
  upstream: OpenAnswer,
  { map, method, referenceId }: { map: AddressMap; method: string; referenceId: string },
): Promise<FhirResponse> {
  const { status, headers } = upstream
  const sent = await readOutcome(upstream.body)
  const body =
    sent ??
    Buffer.from(
      JSON.stringify(
        operationOutcome({
          code: ISSUE_CODES.get(status) ?? (status < 500 ? 'processing' : 'exception'),
          text: `The EHR refused the request with status ${status} and gave no reason in FHIR.`,
          referenceId,
        }),
      ),
    )

  return {
    status,
    headers: {
      ...answerHeaders(headers, { map, unchanged: false }),
      'content-type': 'application/fhir+json',
    },
    body: method === 'HEAD' ? undefined : asStream(body),
  }
}

/** The body's bytes if it is an OperationOutcome of bearable size. */
async function readOutcome(body: OpenBody | null): Promise<Uint8Array | undefined> {
  if (!body) return undefined
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      size += chunk.byteLength
      if (size > MAX_BYTES) return undefined
      chunks.push(chunk)
    }
    const bytes = Buffer.concat(chunks)
    return JSON.parse(bytes.toString('utf8'))?.resourceType === 'OperationOutcome'
      ? bytes
      : undefined
  } catch {
    // Broken off or not JSON: the status stands, with a body of ours.
    return undefined
  }
}

async function* asStream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
