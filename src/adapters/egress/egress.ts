import { ReadableStream } from 'node:stream/web'
import type { Egress } from '#core/egress.ts'
import { checkedLookup } from './checked-lookup.ts'
import { type EgressConfig, IDLE_TIMEOUT_MS, systemLookup } from './egress-config.ts'
import { exchange } from './exchange.ts'
import { openBody } from './open-body.ts'
import { permittedUrl } from './permitted-url.ts'
import { hasBody, plainBody, readWhole } from './read-answer.ts'
import { wireHeaders } from './wire-headers.ts'

const DEFAULT_TIMEOUT_MS = 10_000
const DEFAULT_MAX_BYTES = 1024 * 1024

/**
 * The egress client on Node's own HTTP, which can pin a connection to the addresses that were
 * checked. It may stand in for `fetch`, as `oauth4webapi`'s `customFetch` too; it differs in that
 * redirects are handed back as they are, and in its errors. Each request has a connection of its
 * own. A caller's own `AbortSignal` rejects with that signal's reason. The time-out is ten seconds
 * and a whole body 1 MiB unless asked otherwise.
 */
export function createEgress({
  upstreams,
  lookup: resolve = systemLookup,
  idleTimeoutMs = IDLE_TIMEOUT_MS,
}: EgressConfig): Egress {
  const lookup = checkedLookup(resolve, upstreams)

  return async (target, init = {}, options = {}) => {
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
    const url = permittedUrl(target, upstreams, options.hosts)
    const request = new Request(url, { ...init, redirect: 'manual' })
    const body = request.body ? new Uint8Array(await request.arrayBuffer()) : undefined
    const { message, release, failure } = await exchange({
      url,
      method: request.method,
      headers: wireHeaders(Object.fromEntries(request.headers), { body }),
      ...(body && { body }),
      lookup,
      timeoutMs,
      signal: init.signal ?? undefined,
    })
    try {
      const status = message.statusCode ?? 0
      const headers = headersOf(message.rawHeaders)
      if (!hasBody(message)) return new Response(null, { status, headers })

      const { body: content, isDecoded } = plainBody(message)
      if (isDecoded) for (const name of ['content-encoding', 'content-length']) headers.delete(name)
      if (options.stream) {
        const stream = ReadableStream.from(openBody(content, idleTimeoutMs, failure))
        return new Response(stream, { status, headers })
      }
      const whole = await readWhole(content, options.maxBytes ?? DEFAULT_MAX_BYTES)
      return new Response(whole, { status, headers })
    } catch (error) {
      throw failure(error)
    } finally {
      release()
    }
  }
}

/** Every header line kept, as `fetch` shows them. */
function headersOf(rawHeaders: readonly string[]): Headers {
  const headers = new Headers()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '')
  }
  return headers
}
