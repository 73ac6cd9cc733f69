import type { AddressMap } from '#core/fhir/ehr-addresses.ts'
import { jsonScanner } from './json-scanner.ts'
import { KEYS, urlPositions } from './url-positions.ts'

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
  map: AddressMap,
): AsyncGenerator<Uint8Array> {
  const scanner = jsonScanner(urlPositions(map), KEYS)
  for await (const chunk of body) {
    const bytes = scanner.push(chunk)
    if (bytes.byteLength > 0) yield bytes
  }
  const last = scanner.end()
  if (last.byteLength > 0) yield last
}

/** The same for a body that is all there. */
export function rewriteWhole(body: Uint8Array, map: AddressMap): Uint8Array {
  const scanner = jsonScanner(urlPositions(map), KEYS)
  return Buffer.concat([scanner.push(body), scanner.end()])
}
