import { jsonScanner } from './json-scanner.ts'
import { KEYS, type UrlRewrites, urlPositions } from './url-positions.ts'

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
  const scanner = jsonScanner(urlPositions(rewrites), KEYS)
  for await (const chunk of body) {
    const bytes = scanner.push(chunk)
    if (bytes.byteLength > 0) yield bytes
  }
  const last = scanner.end()
  if (last.byteLength > 0) yield last
}

/** The same for a body that is all there. */
export function rewriteWhole(body: Uint8Array, rewrites: UrlRewrites): Uint8Array {
  const scanner = jsonScanner(urlPositions(rewrites), KEYS)
  return Buffer.concat([scanner.push(body), scanner.end()])
}
