declare module 'samlp' {
  /** What of Express its handlers use. */
  interface SamlpRequest {
    readonly method: string
    readonly query: Readonly<Record<string, string>>
    readonly body: Readonly<Record<string, string>>
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
    readonly originalUrl: string
    readonly protocol: string
  }
  interface SamlpResponse {
    set(name: string, value: string): void
    send(body: unknown): void
    redirect(url: string): void
  }
  type Handler = (
    request: SamlpRequest,
    response: SamlpResponse,
    next: (error?: unknown) => void,
  ) => void
  type Options = Readonly<Record<string, unknown>>
  type Callback<Value> = (error: unknown, value: Value) => void

  const samlp: {
    auth(options: Options): Handler
    metadata(options: Options): Handler
    logout(options: Options): Handler
    getSamlResponse(options: Options, user: unknown, callback: Callback<string>): void
  }
  export default samlp
}
