/** Limits of one outgoing request. Each has a default in the adapter. */
export interface EgressOptions {
  /** Until the answer's head has come, and for a body without `stream` until its end. */
  readonly timeoutMs?: number
  /** Most bytes of a body that is read whole; longer ends in `upstream_too_large`. */
  readonly maxBytes?: number
  /** Hosts (`host[:port]`) that the request may go to; no limit but the egress rule when absent. */
  readonly hosts?: readonly string[]
  /** Keeps the body open after the head, without {@link maxBytes}. */
  readonly stream?: boolean
}

/**
 * The one way out: a `fetch` that reaches only what the stack's `upstreams` allows, follows no
 * redirect, repeats nothing, and has limits on time and size.
 *
 * @throws BrokerError `upstream_refused` (address, scheme or host not allowed), `upstream_unavailable`
 * (never sent), `upstream_interrupted` (sent, no answer: ambiguous), `upstream_timeout`,
 * `upstream_too_large`
 */
export type Egress = (
  url: string | URL,
  init?: RequestInit,
  options?: EgressOptions,
) => Promise<Response>

/** A request as it goes on the wire; the names of its header fields in lower case. */
export interface StreamingRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

export interface StreamingOptions {
  /** Until the answer's head has come. */
  readonly timeoutMs: number
  /** Until a connection stands. */
  readonly connectTimeoutMs: number
  /** Hosts (`host[:port]`) that the request may go to. */
  readonly hosts: readonly string[]
  /** Leaves a content coding as it is, and says so in the head. */
  readonly isOpaque: boolean
  /** Reuses a connection of at most four idle seconds. */
  readonly keepAlive: boolean
  /** Ends the exchange with its reason, the answer's body included. */
  readonly signal?: AbortSignal
}

/** The head of an answer, and its body still open; as much of a `Response` as that takes. */
export interface OpenAnswer {
  readonly status: number
  readonly headers: Pick<Headers, 'get'>
  readonly body: OpenBody | null
}

/** Is read once, or let go, and its connection with it. */
export type OpenBody = AsyncIterable<Uint8Array> & { cancel(): Promise<void> }

/**
 * The same way out for what passes the FHIR door: {@link Egress} by its rules, without the objects
 * that `fetch` makes around each request.
 *
 * @throws BrokerError as {@link Egress} does, from the body too; never `upstream_too_large`
 */
export type StreamingEgress = (
  url: URL,
  request: StreamingRequest,
  options: StreamingOptions,
) => Promise<OpenAnswer>
