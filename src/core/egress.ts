/** Limits of one outgoing request. Each has a default in the adapter. */
export interface EgressOptions {
  /** Until the answer's head has come, and for a body without `stream` until its end. */
  readonly timeoutMs?: number
  /** Until a connection stands; no limit of its own but {@link timeoutMs} when absent. */
  readonly connectTimeoutMs?: number
  /** Most bytes of a body that is read whole; longer ends in `upstream_too_large`. */
  readonly maxBytes?: number
  /** Hosts (`host[:port]`) that the request may go to; no limit but the egress rule when absent. */
  readonly hosts?: readonly string[]
  /** Keeps the body open after the head, without {@link maxBytes}: the FHIR proxy's answers. */
  readonly stream?: boolean
  /** Leaves a content coding as it is, and says so in the head. */
  readonly isOpaque?: boolean
  /** Reuses a connection of at most four idle seconds. Never for a token request. */
  readonly keepAlive?: boolean
}

/**
 * The one way out: a `fetch` that reaches only what the stack's `upstreams` allows, follows no
 * redirect, and has limits on time and size.
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
