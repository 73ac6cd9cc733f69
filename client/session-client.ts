import { ClientError } from './client-error.ts'
import { refusalOf } from './judge-answer.ts'
import { type FhirBundle, type PageOptions, pagesOf } from './pages.ts'
import { boundToken, type SessionFetchOptions, sessionFetch } from './session-fetch.ts'

/** What the broker says of a session; times are ISO 8601. */
export interface SessionDescription {
  readonly status: string
  readonly connection: string
  readonly organization: string
  readonly environment: string
  readonly sessionBaseUrl: string
  readonly patient?: string
  readonly encounter?: string
  readonly scopes: readonly string[]
  readonly createdAt: string
  readonly lastUsedAt: string
  /** The end, however much it is used. */
  readonly expiresAt: string
  /** The end if it is not used again. */
  readonly idleUntil: string
}

/**
 * A session. Each of these throws `SessionOverError` when it has ended, `EhrDownError` when the EHR
 * does not answer, and a `ClientError` for what is wrong between app and broker.
 */
export interface SessionClient {
  /** The base that FHIR paths are below. */
  readonly baseUrl: string
  /** As the global `fetch`, for paths below the base; other error statuses are answers. */
  readonly fetch: typeof fetch
  /**
   * The JSON of an answer.
   *
   * @throws FhirRefusedError for a status that is not 2xx; ClientError `answer_invalid`
   */
  json<T = unknown>(path: string, init?: RequestInit): Promise<T>
  /**
   * The pages of a search, by their `next` links, each asked for when the one before was used up.
   *
   * @throws as {@link json}
   */
  pages<T = FhirBundle>(search: string, options?: PageOptions): AsyncGenerator<T, void, undefined>
  /**
   * The same session for one patient's page: should it be of another patient, nothing is sent to the
   * EHR, and `LaunchAgainError` is thrown.
   *
   * @param id the FHIR id that the page shows
   */
  expectPatient(id: string): SessionClient
  /** A token that is good for this session only: with {@link baseUrl} all that a FHIR client needs. */
  token(): Promise<string>
  /** Asking is no use of the session, and does not put off its idle end. */
  describe(): Promise<SessionDescription>
  /** Ends it, for everybody, and revokes its tokens where the EHR can. One that is over stays so. */
  end(): Promise<void>
}

export interface SessionClientOptions extends SessionFetchOptions {
  /** The API base. */
  readonly base: string
}

export function sessionClient(options: SessionClientOptions): SessionClient {
  const { base, baseUrl, headers } = options
  const sessionDoor = sessionFetch({ ...options, baseUrl: `${base}/session` })
  const send = sessionFetch(options)
  const json = async <T>(path: string, init?: RequestInit) => bodyOf<T>(await send(path, init))

  return {
    baseUrl,
    fetch: send,
    json,
    pages: <T>(search: string, { maxPages, ...init }: PageOptions = {}) =>
      pagesOf<T>(json, search, { maxPages, init }),
    expectPatient: (id) =>
      sessionClient({ ...options, headers: { ...headers, 'x-sallyport-expect-patient': id } }),
    token: () => boundToken(options),
    describe: async () => bodyOf(await sessionDoor(`${base}/session`, ACCEPTS_JSON)),
    async end() {
      try {
        const answer = await sessionDoor(`${base}/session`, { method: 'DELETE', ...ACCEPTS_JSON })
        if (!answer.ok) throw await refusalOf(answer)
      } catch (error) {
        if (!(error instanceof ClientError && error.code === 'session_over')) throw error
      }
    },
  }
}

const ACCEPTS_JSON = { headers: { accept: 'application/json' } }

/** @throws FhirRefusedError, ClientError `answer_invalid` */
async function bodyOf<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw await refusalOf(answer)
  const { status } = answer
  try {
    return (await answer.json()) as T
  } catch {
    throw new ClientError('answer_invalid', 'The answer broke off, or is not JSON', { status })
  }
}
