import { JsonScanner } from './json-scanner.ts'
import { keyReader } from './key-reader.ts'
import { KEYS, UrlPositions, type UrlRewrites } from './url-positions.ts'

const keys = keyReader(KEYS)

/**
 * Puts the addresses of a FHIR resource in JSON on our base as it streams by, where
 * {@link UrlPositions} finds them. Every other byte stays as it was.
 *
 * Throws, and so the answer ends cut off, when the body is not JSON in UTF-8 or ends early; its
 * closing byte is not given out before it has ended well.
 *
 * @throws BrokerError `upstream_answer_invalid`
 */
export async function* rewriteUrls(
  body: AsyncIterable<Uint8Array>,
  rewrites: UrlRewrites,
): AsyncGenerator<Uint8Array> {
  const scanner = new JsonScanner(new UrlPositions(rewrites), keys)
  for await (const chunk of body) {
    yield* scanner.push(chunk)
  }
  const last = scanner.end()
  if (last.byteLength > 0) yield last
}

/** The same for a body that is all there: itself, if nothing in it is to change. */
export function rewriteWhole(body: Uint8Array, rewrites: UrlRewrites): Uint8Array {
  const [whole = body] = new JsonScanner(new UrlPositions(rewrites), keys).push(body, true)
  return whole
}
