import { BrokerError } from '#core/errors.ts'
import { doorSecurity } from './door-documents.ts'
import type { AddressMap } from './ehr-addresses.ts'

/** The largest CapabilityStatement and manifest that are read. */
const MOST_BYTES = 16 * 1024 * 1024

type Json = Readonly<Record<string, unknown>>

/**
 * The EHR's CapabilityStatement as the door's: where it is and how one authenticates are ours (FD-29).
 *
 * @throws BrokerError `upstream_answer_invalid`, `upstream_too_large`
 */
export async function capabilitiesOf(
  body: AsyncIterable<Uint8Array>,
  { ourBase, publicBaseUrl }: { readonly ourBase: string; readonly publicBaseUrl: string },
): Promise<Uint8Array> {
  const { implementation, rest, ...statement } = await readObject(body)
  return toBytes({
    ...statement,
    implementation: { ...(isObject(implementation) && implementation), url: ourBase },
    ...(Array.isArray(rest) && {
      rest: rest.map((one) => ({ ...one, security: doorSecurity(publicBaseUrl) })),
    }),
  })
}

/**
 * The outcome of an asynchronous request: the outputs of a manifest are ours where the session's token
 * is needed for them, and are left alone where the manifest says that it is not (FD-33).
 *
 * @throws BrokerError `upstream_answer_invalid`, `upstream_too_large`
 */
export async function manifestOf(
  body: AsyncIterable<Uint8Array>,
  map: AddressMap,
): Promise<Uint8Array> {
  const manifest = await readObject(body)
  if (manifest['requiresAccessToken'] === false) return toBytes(manifest)
  const at = (kind: 'job' | 'file', items: unknown) =>
    Array.isArray(items)
      ? items.map((item) =>
          isObject(item) && typeof item['url'] === 'string'
            ? { ...item, url: map.job(item['url'], kind) }
            : item,
        )
      : items
  return toBytes({
    ...manifest,
    ...(typeof manifest['request'] === 'string' && {
      request: map.identity(manifest['request']),
    }),
    ...Object.fromEntries(
      ['output', 'error', 'deleted']
        .filter((name) => name in manifest)
        .map((name) => [name, at('file', manifest[name])]),
    ),
    ...('link' in manifest && { link: at('job', manifest['link']) }),
  })
}

async function readObject(body: AsyncIterable<Uint8Array>): Promise<Json> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > MOST_BYTES) throw new BrokerError('upstream_too_large')
    chunks.push(chunk)
  }
  const value = parse(Buffer.concat(chunks).toString('utf8'))
  if (!isObject(value)) throw malformed()
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed()
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function toBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}

function malformed(): BrokerError {
  return new BrokerError('upstream_answer_invalid', { detail: { reason: 'json_malformed' } })
}
