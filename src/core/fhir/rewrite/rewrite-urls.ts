import { jsonScanner, keyReader } from './json-scanner.ts'
import { KEYS, type UrlRewrites, urlPositions } from './url-positions.ts'

const keys = keyReader(KEYS)

/**
 * Puts the addresses of a FHIR resource in JSON on our base as it streams by, where
 * {@link urlPositions} finds them. Every other byte stays as it was.
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
  const scanner = jsonScanner(urlPositions(rewrites), keys)
  for await (const chunk of body) {
    const pieces = scanner.push(chunk)
    const [first] = pieces
    if (first) yield pieces.length === 1 ? first : Buffer.concat(pieces)
  }
  const last = scanner.end()
  if (last.byteLength > 0) yield last
}

/** The same for a body that is all there. */
export function rewriteWhole(body: Uint8Array, rewrites: UrlRewrites): Uint8Array {
  const scanner = jsonScanner(urlPositions(rewrites), keys)
  return Buffer.concat([...scanner.push(body), scanner.end()])
}
