/** A request at the FHIR door, free of API Gateway's form. */
export interface FhirRequest {
  readonly method: string
  /** Below the stage, percent-encoded as it was sent. */
  readonly path: string
  /** Decoded. API Gateway keeps the order of a name's values, not the order across names. */
  readonly query: URLSearchParams
  /** A header's values by its name in lower case; none if it is absent. */
  header(name: string): readonly string[]
  readonly body: Uint8Array
  /** Names the request in errors and in the log. */
  readonly referenceId: string
  /** What is left of the invocation, in milliseconds. */
  remainingMs(): number
}

/** What the app is answered. A body that errors must be cut off, never ended. */
export interface FhirResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array> | undefined
}
