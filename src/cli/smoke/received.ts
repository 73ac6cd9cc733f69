import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request with its body read. */
export interface Received {
  readonly method: string
  /** Below the counterpart's own prefix. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Whether the request was for it. */
export type Part = (received: Received, response: ServerResponse) => Promise<boolean>

/** Answers JSON that nobody keeps. */
export function sendJson(response: ServerResponse, status: number, value: unknown): true {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(value))
  return true
}
