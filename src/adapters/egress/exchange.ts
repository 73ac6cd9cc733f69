import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'

/** A request as it goes on the wire, its address already judged. */
export interface WireRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly lookup: LookupFunction
  /** `false` opens a connection for this request alone. */
  readonly agent: http.Agent | false
  /** Ends the exchange, the answer's body included. */
  readonly signal: AbortSignal
}

/** How far an exchange has come; what a failure means depends on it. */
export interface Progress {
  /** A connection stood (TLS included), so the request may have reached the other side. */
  sent: boolean
  /** The connection had served another request before; it may have died unseen. */
  reused: boolean
}

/** Sends a request and waits for the head of its answer; keeps `progress` up to date meanwhile. */
export function exchange(request: WireRequest, progress: Progress): Promise<IncomingMessage> {
  const { url, method, headers, body, lookup, agent, signal } = request
  const secure = url.protocol === 'https:'

  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const outgoing = (secure ? https : http).request({
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: `${url.pathname}${url.search}`,
      method,
      headers,
      lookup,
      agent,
    })
    let answer: IncomingMessage | undefined

    outgoing.once('socket', (socket) => {
      progress.reused = outgoing.reusedSocket
      progress.sent = outgoing.reusedSocket
      // A socket that stands connects no more, and would keep a listener of each of its requests.
      if (outgoing.reusedSocket) return
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        progress.sent = true
      })
    })
    outgoing.once('response', (message) => {
      answer = message
      resolve(message)
    })
    outgoing.on('error', reject)
    // Some ends come without an error: an answer that switches protocols, for one.
    outgoing.once('close', () => reject(new Error('closed without an answer')))
    signal.addEventListener('abort', () => (answer ?? outgoing).destroy(asError(signal.reason)), {
      once: true,
    })

    outgoing.end(body)
  })
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted')
}
