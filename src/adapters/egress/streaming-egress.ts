import { pipeline, Readable } from 'node:stream'
import type { Agent } from 'undici'
import type { OpenAnswer, StreamingEgress } from '#core/egress.ts'
import { checkedLookup } from './checked-lookup.ts'
import { type EgressConfig, IDLE_TIMEOUT_MS, systemLookup } from './egress-config.ts'
import { openBody } from './open-body.ts'
import { permittedUrl } from './permitted-url.ts'
import { decoderOf } from './read-answer.ts'
import { type Head, Reception } from './reception.ts'
import { freshAgents } from './undici-agents.ts'
import { upstreamError } from './upstream-error.ts'
import { wireHeaders } from './wire-headers.ts'

/** What a head says of a body that was decoded on the way. */
const OF_THE_CODING: readonly string[] = ['content-encoding', 'content-length']

/** Fields that may stand once only: of more lines, the first counts, as Node has it. */
const SINGLE: readonly string[] = [
  'content-length',
  'content-type',
  'etag',
  'last-modified',
  'location',
  'retry-after',
]

/**
 * {@link StreamingEgress} on the dispatcher of `undici`, by the rules of `createEgress`: an answer is
 * taken as the parser tells it, and no stream, event or header object is made around it.
 */
export function createStreamingEgress({
  upstreams,
  lookup: resolve = systemLookup,
  idleTimeoutMs = IDLE_TIMEOUT_MS,
}: EgressConfig): StreamingEgress {
  const agents = freshAgents(checkedLookup(resolve, upstreams))

  return async (target, { method, headers, body }, options) => {
    const { hosts, isOpaque, keepAlive, timeoutMs, connectTimeoutMs, signal } = options
    const url = permittedUrl(target, upstreams, hosts)
    signal?.throwIfAborted()
    const failure = (
      thrown: unknown,
      { wasSent: sent, timedOut }: Pick<Reception, 'wasSent' | 'timedOut'>,
    ): unknown =>
      signal?.aborted ? signal.reason : upstreamError(thrown, { sent, timedOut, host: url.host })
    const reception = new Reception({ timeoutMs, connectTimeoutMs, idleTimeoutMs, failure })
    signal?.addEventListener('abort', () => reception.breakOff(new Error('aborted')), {
      once: true,
    })

    const agent = keepAlive ? agents.kept() : agents.forOne()
    send(agent, reception, {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: wireHeaders(headers, { body, isOpaque }),
      body: body ?? null,
      // Of a connection that serves one request the other side is told so.
      reset: !keepAlive,
    })
    if (!keepAlive) void agent.close()
    const head = await reception.head
    return isOpaque ? answer(head, reception.body) : decoded(head, reception, idleTimeoutMs)
  }
}

function send(agent: Agent, reception: Reception, request: Parameters<Agent['dispatch']>[0]) {
  try {
    agent.dispatch(request, reception)
    reception.awaitConnection()
  } catch (thrown) {
    // What cannot be a request on the wire at all.
    reception.breakOff(thrown instanceof Error ? thrown : new Error('not sent'))
  }
}

/** With a coding undone: we ask for none, but some servers use one all the same. */
function decoded(head: Head, reception: Reception, idleTimeoutMs: number): OpenAnswer {
  const { body } = reception
  const decoder = body && decoderOf(text(head.fields['content-encoding']))
  if (!body || !decoder) return answer(head, body)
  // The failure reaches whoever reads the decoder; there is nothing else to do with it here.
  pipeline(Readable.from(body, { objectMode: false }), decoder, () => undefined)
  const failure = (thrown: unknown) => reception.failure(thrown)
  return answer(head, openBody(decoder, idleTimeoutMs, failure), OF_THE_CODING)
}

function answer(
  { status, fields }: Head,
  body: OpenAnswer['body'],
  hidden: readonly string[] = [],
): OpenAnswer {
  return {
    status,
    headers: {
      get(name) {
        const value = hidden.includes(name) ? undefined : fields[name]
        if (value === undefined || typeof value === 'string') return value ?? null
        return (SINGLE.includes(name) ? value[0] : value.join(', ')) ?? null
      },
    },
    body,
  }
}

function text(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value
}
