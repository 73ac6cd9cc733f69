import { lookup as lookupName } from 'node:dns/promises'
import type { IncomingMessage } from 'node:http'
import { ReadableStream } from 'node:stream/web'
import type { Upstreams } from '#contract/upstreams.ts'
import type { Egress } from '#core/egress.ts'
import { idleAgents } from './agents.ts'
import { checkedLookup, type Resolve } from './checked-lookup.ts'
import { exchange, type Progress, type WireRequest } from './exchange.ts'
import { permittedUrl } from './permitted-url.ts'
import { readAnswer, readChunks, readWhole } from './read-answer.ts'
import { upstreamError } from './upstream-error.ts'
import { wireHeaders } from './wire-headers.ts'

const DEFAULT_TIMEOUT_MS = 10_000
const DEFAULT_IDLE_TIMEOUT_MS = 30_000
const DEFAULT_MAX_BYTES = 1024 * 1024

export interface EgressConfig {
  readonly upstreams: Upstreams
  /** How names are resolved; the system's resolver unless a test says otherwise. */
  readonly lookup?: Resolve
  /** Longest silence within a streamed body, in milliseconds. */
  readonly idleTimeoutMs?: number
}

/**
 * The egress client on Node's own HTTP, which can pin a connection to the addresses that were
 * checked. It may stand in for `fetch`, as `oauth4webapi`'s `customFetch` too; it differs in that
 * redirects are handed back as they are, and in its errors. A caller's own `AbortSignal` rejects
 * with that signal's reason. The time-out is ten seconds and a whole body 1 MiB unless asked
 * otherwise.
 */
export function createEgress({
  upstreams,
  lookup: resolve = (hostname) => lookupName(hostname, { all: true }),
  idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS,
}: EgressConfig): Egress {
  const lookup = checkedLookup(resolve, upstreams)
  const agents = idleAgents()

  return async (target, init = {}, options = {}) => {
    const url = permittedUrl(target, upstreams, options.hosts)
    const request = new Request(url, { ...init, redirect: 'manual' })
    const body = request.body ? new Uint8Array(await request.arrayBuffer()) : undefined

    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    const progress: Progress = { sent: false, reused: false }
    const connecting = setTimeout(() => {
      if (!progress.sent) deadline.abort()
    }, options.connectTimeoutMs ?? DEFAULT_TIMEOUT_MS)
    const failure = (thrown: unknown): unknown =>
      init.signal?.aborted
        ? init.signal.reason
        : upstreamError(thrown, { ...progress, timedOut: deadline.signal.aborted, host: url.host })

    try {
      const message = await send(
        {
          url,
          method: request.method,
          headers: wireHeaders(request.headers, { body, isOpaque: options.isOpaque ?? false }),
          ...(body && { body }),
          lookup,
          agent: options.keepAlive ? agents.forUrl(url) : false,
          signal: init.signal ? AbortSignal.any([deadline.signal, init.signal]) : deadline.signal,
        },
        progress,
      )
      const {
        status,
        headers,
        body: content,
      } = readAnswer(message, { isOpaque: options.isOpaque ?? false })
      if (!content) return new Response(null, { status, headers })
      if (options.stream) {
        const stream = ReadableStream.from(readChunks(content, idleTimeoutMs, failure))
        return new Response(stream, { status, headers })
      }
      const whole = await readWhole(content, options.maxBytes ?? DEFAULT_MAX_BYTES)
      return new Response(whole, { status, headers })
    } catch (error) {
      throw failure(error)
    } finally {
      clearTimeout(timer)
      clearTimeout(connecting)
    }
  }
}

/**
 * One exchange, and for a safe method a second one if the first failed on a connection that was
 * kept open: the other side may have closed it just before (RFC 9110 §9.2.2).
 */
async function send(request: WireRequest, progress: Progress): Promise<IncomingMessage> {
  try {
    return await exchange(request, progress)
  } catch (error) {
    const safe = ['GET', 'HEAD'].includes(request.method)
    if (!progress.reused || !safe || request.signal.aborted) throw error
    return exchange({ ...request, agent: false }, progress)
  }
}
