import type { AppToken } from './app-token.ts'
import { ClientError, SessionOverError } from './client-error.ts'
import { judgeAnswer } from './judge-answer.ts'
import { safeUrl } from './safe-url.ts'

export interface SessionFetchOptions {
  /** The session's FHIR base URL: nothing is sent to an address that is not below it. */
  readonly baseUrl: string
  readonly sessionId: string
  readonly token: AppToken
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>
  /** In place of the global one, for tests. */
  readonly fetch?: typeof fetch
}

/**
 * A `fetch` for one session: it takes paths below the session's FHIR base (or whole addresses of it),
 * carries a token that is bound to the session, renews it once when it is refused, and encodes what
 * API Gateway refuses. Any FHIR client that can be given a `fetch` can be given this one.
 *
 * @throws ClientError `address_foreign`, `broker_unreachable`, `app_token_refused`,
 * `app_token_unavailable`; {@link SessionOverError} and what {@link judgeAnswer} throws
 */
export function sessionFetch(options: SessionFetchOptions): typeof fetch {
  const { baseUrl, headers: extra = {} } = options

  return async (input, init = {}) => {
    const url = addressBelow(baseUrl, input instanceof Request ? input.url : input)
    const body = init.body ?? (input instanceof Request && input.body ? await input.blob() : null)
    const sent = new Headers(init.headers ?? (input instanceof Request ? input.headers : {}))
    if (!sent.has('accept')) sent.set('accept', 'application/fhir+json')
    for (const [name, value] of Object.entries(extra)) sent.set(name, value)
    const { method, signal } = input instanceof Request ? input : {}

    const attempt = async (refused?: string) => {
      const bearer = await boundToken(options, refused)
      sent.set('authorization', `Bearer ${bearer}`)
      const request = {
        ...(method && { method }),
        ...(signal && { signal }),
        ...init,
        body,
        headers: sent,
        // The broker answers by itself; a redirect would carry the token elsewhere.
        redirect: 'error' as const,
      }
      const answer = await send(options.fetch ?? fetch, url, request)
      return { bearer, answer }
    }

    const { bearer, answer } = await attempt()
    const isRepeatable = !(body instanceof ReadableStream)
    if (answer.status !== 401 || !isRepeatable) return judgeAnswer(answer)
    await answer.body?.cancel()
    return judgeAnswer((await attempt(bearer)).answer)
  }
}

/**
 * A token for this session only. That the broker has none to give is how it says that a session is over.
 *
 * @throws SessionOverError, ClientError `app_token_refused`, `app_token_unavailable`
 */
export async function boundToken(
  { token, sessionId }: Pick<SessionFetchOptions, 'token' | 'sessionId'>,
  refused?: string,
): Promise<string> {
  try {
    return await token.get({ session: sessionId, ...(refused !== undefined && { refused }) })
  } catch (error) {
    if (error instanceof ClientError && error.error === 'invalid_grant') {
      throw new SessionOverError(error.status)
    }
    throw error
  }
}

/** @throws ClientError `address_foreign` */
function addressBelow(baseUrl: string, input: string | URL): URL {
  const base = new URL(baseUrl)
  const url = safeUrl(
    typeof input === 'string' ? input.replace(/^\/(?!\/)/, '') : input,
    `${baseUrl}/`,
  )
  const isBelow = url.pathname === base.pathname || url.pathname.startsWith(`${base.pathname}/`)
  if (url.origin === base.origin && isBelow) return url
  throw new ClientError('address_foreign', 'The address is not one of this session')
}

async function send(sender: typeof fetch, url: URL, init: RequestInit): Promise<Response> {
  try {
    return await sender(url, init)
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new ClientError('broker_unreachable', 'The broker could not be reached')
  }
}
