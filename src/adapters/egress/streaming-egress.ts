import type { IncomingMessage } from 'node:http'
import type { OpenAnswer, StreamingEgress } from '#core/egress.ts'
import { idleAgents } from './agents.ts'
import { checkedLookup } from './checked-lookup.ts'
import { type EgressConfig, IDLE_TIMEOUT_MS, systemLookup } from './egress-config.ts'
import { exchange } from './exchange.ts'
import { openBody } from './open-body.ts'
import { permittedUrl } from './permitted-url.ts'
import { hasBody, plainBody } from './read-answer.ts'
import { wireHeaders } from './wire-headers.ts'

/** What a head says of a body that was decoded on the way. */
const OF_THE_CODING: readonly string[] = ['content-encoding', 'content-length']

/** {@link StreamingEgress} on Node's own HTTP, by the rules of `createEgress`. */
export function createStreamingEgress({
  upstreams,
  lookup: resolve = systemLookup,
  idleTimeoutMs = IDLE_TIMEOUT_MS,
}: EgressConfig): StreamingEgress {
  const lookup = checkedLookup(resolve, upstreams)
  const agents = idleAgents()

  return async (target, { method, headers, body }, options) => {
    const { hosts, isOpaque, keepAlive, timeoutMs, connectTimeoutMs, signal } = options
    const url = permittedUrl(target, upstreams, hosts)
    const { message, release, failure } = await exchange({
      url,
      method,
      headers: wireHeaders(headers, { body, isOpaque }),
      ...(body && { body }),
      lookup,
      agent: keepAlive ? agents.forUrl(url) : false,
      timeoutMs,
      connectTimeoutMs,
      signal,
    })
    release()
    try {
      if (!hasBody(message)) return answer(message, null)
      if (isOpaque) return answer(message, openBody(message, idleTimeoutMs, failure))
      const { body: content, isDecoded } = plainBody(message)
      return answer(
        message,
        openBody(content, idleTimeoutMs, failure),
        isDecoded ? OF_THE_CODING : [],
      )
    } catch (error) {
      throw failure(error)
    }
  }
}

/** Of a field that may stand once only, Node keeps the first line. */
function answer(
  { statusCode = 0, headers }: IncomingMessage,
  body: OpenAnswer['body'],
  hidden: readonly string[] = [],
): OpenAnswer {
  return {
    status: statusCode,
    headers: {
      get(name) {
        const value = hidden.includes(name) ? undefined : headers[name]
        return Array.isArray(value) ? value.join(', ') : (value ?? null)
      },
    },
    body,
  }
}
