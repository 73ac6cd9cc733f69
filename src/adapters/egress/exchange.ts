import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { upstreamError } from './upstream-error.ts'

/** A request as it goes on the wire, its address already judged. */
export interface WireRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly lookup: LookupFunction
  /** Until {@link Exchange.release}. */
  readonly timeoutMs: number
  /** Ends the exchange, the answer's body included. */
  readonly signal?: AbortSignal | undefined
}

/** A request that was sent, and the answer whose head has come. */
export interface Exchange {
  readonly message: IncomingMessage
  /** Takes the limit of time off; the answer's body is under it until then. */
  release(): void
  /** What it means that the body breaks off. */
  failure(thrown: unknown): unknown
}

/** Methods whose request says that it has no body, if it has none. */
const TAKES_BODY: readonly string[] = ['POST', 'PUT', 'PATCH']

/**
 * Sends a request once, on a connection of its own, and waits for the head of its answer.
 *
 * @throws BrokerError `upstream_unavailable` when no connection came to stand, so that nothing was
 * sent; `upstream_interrupted`, `upstream_timeout`; the signal's reason
 */
export async function exchange(request: WireRequest): Promise<Exchange> {
  const { url, signal } = request
  /** A connection stood, so the request may have reached the other side. */
  let sent = false
  let timedOut = false
  const failure = (thrown: unknown): unknown =>
    signal?.aborted ? signal.reason : upstreamError(thrown, { sent, timedOut, host: url.host })

  let release = () => {}
  try {
    signal?.throwIfAborted()
    const outgoing = startRequest(request)
    let answer: IncomingMessage | undefined
    const end = (reason: Error) => void (answer ?? outgoing).destroy(reason)
    const timeOut = () => {
      timedOut = true
      end(new Error('timed out'))
    }
    const timer = setTimeout(timeOut, request.timeoutMs)
    release = () => clearTimeout(timer)
    signal?.addEventListener('abort', () => end(asError(signal.reason)), { once: true })

    outgoing.on('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        sent = true
      })
    })
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.on('response', (incoming) => {
        answer = incoming
        resolve(incoming)
      })
      outgoing.on('error', reject)
      outgoing.on('close', () => {
        // Some ends come without an error: an answer that switches protocols, for one.
        if (!answer) reject(new Error('closed without an answer'))
      })
      outgoing.end(request.body)
    })
    return { message, release, failure }
  } catch (thrown) {
    release()
    throw failure(thrown)
  }
}

function startRequest({ url, method, headers, body, lookup }: WireRequest) {
  const { protocol, host, hostname, port, pathname, search } = url
  // Fields in a list go out as they stand, so that Node adds neither of these.
  const fields = ['host', host]
  if (!body && TAKES_BODY.includes(method)) fields.push('content-length', '0')
  for (const name of Object.keys(headers)) fields.push(name, headers[name] ?? '')
  return (protocol === 'https:' ? https : http).request({
    protocol,
    hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port,
    path: pathname + search,
    method,
    headers: fields,
    lookup,
    agent: false,
  })
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted')
}
