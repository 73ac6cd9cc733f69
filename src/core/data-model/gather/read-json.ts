import { isObject, type Json } from '#core/data-model/mapping/json.ts'
import type { OpenAnswer } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'

/** A page of a thousand observations has about two million. */
const MOST_BYTES = 32 * 1024 * 1024

/**
 * The JSON in an answer of the EHR, read whole.
 *
 * @throws BrokerError `upstream_not_served` for any status but 200; `upstream_answer_invalid`,
 * `upstream_too_large`
 */
export async function readJson(answer: OpenAnswer): Promise<Json> {
  if (answer.status !== 200) {
    await answer.body?.cancel()
    throw new BrokerError('upstream_not_served', {
      hint: `It answered with the status ${answer.status}.`,
      detail: { status: answer.status },
    })
  }
  try {
    const parsed: unknown = JSON.parse(await readWhole(answer))
    if (isObject(parsed)) return parsed
  } catch (error) {
    if (error instanceof BrokerError || !(error instanceof SyntaxError)) throw error
  }
  throw new BrokerError('upstream_answer_invalid', { detail: { reason: 'json_malformed' } })
}

async function readWhole({ body }: OpenAnswer): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop cancels the body, and ends the connection.
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > MOST_BYTES) throw new BrokerError('upstream_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
