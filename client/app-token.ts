import { importJWK, type JWK, SignJWT } from 'jose'
import { ClientError } from './client-error.ts'

/** Renewed this long before its end, so that no request sets out with a token about to die. */
const MARGIN_MS = 30_000

const TIMEOUT_MS = 10_000

export interface AppTokenOptions {
  /** The broker's `/auth/token`, exactly as its documentation gives it: it is the assertion's `aud`. */
  readonly tokenUrl: string
  readonly clientId: string
  /** The private key, with its `kid` and `alg` (RS384 or ES384). */
  readonly key: JWK
  /** In place of the global ones, for tests. */
  readonly fetch?: typeof fetch
  readonly now?: () => number
}

/** Which token is wanted. */
export interface TokenWish {
  /** Scopes separated by spaces; all that the app has, when absent. */
  readonly scope?: string
  /** A SessionID: the token is then good for this session, and needs no other credential. */
  readonly session?: string
  /** A token that the API did not take, to be replaced whatever its age. */
  readonly refused?: string
}

/** The app's own credential at the broker's API. */
export interface AppToken {
  /**
   * A token that is still good for a while. Callers at the same time share one request.
   *
   * @throws ClientError `app_token_refused`, `app_token_unavailable`
   */
  get(wish?: TokenWish): Promise<string>
}

interface Issued {
  readonly token: string
  readonly expiresAtMs: number
}

interface Kept {
  readonly asked: Promise<Issued>
  /** Infinite while it is asked for. */
  expiresAtMs: number
}

/**
 * Gets access tokens by `private_key_jwt`, and keeps them in memory.
 *
 * @see [SMART Backend Services](https://hl7.org/fhir/smart-app-launch/backend-services.html)
 */
export function appToken(options: AppTokenOptions): AppToken {
  const now = options.now ?? Date.now
  const cache = new Map<string, Kept>()

  const ask = (name: string, wish: TokenWish): Kept => {
    for (const [other, { expiresAtMs }] of cache) if (expiresAtMs <= now()) cache.delete(other)
    const kept: Kept = {
      asked: requestToken(options, wish, now),
      expiresAtMs: Number.POSITIVE_INFINITY,
    }
    cache.set(name, kept)
    kept.asked.then(
      ({ expiresAtMs }) => {
        kept.expiresAtMs = expiresAtMs
      },
      () => {
        if (cache.get(name) === kept) cache.delete(name)
      },
    )
    return kept
  }

  const get = async (wish: TokenWish = {}): Promise<string> => {
    const name = JSON.stringify([wish.scope, wish.session])
    const kept = cache.get(name)
    if (kept) {
      const { token, expiresAtMs } = await kept.asked
      if (expiresAtMs - MARGIN_MS > now() && token !== wish.refused) return token
      const newer = cache.get(name)
      if (newer && newer !== kept) return get(wish)
    }
    return (await ask(name, wish).asked).token
  }
  return { get }
}

async function requestToken(
  options: AppTokenOptions,
  { scope, session }: TokenWish,
  now: () => number,
): Promise<Issued> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(options, now),
    ...(scope && { scope }),
    ...(session && { session }),
  })
  const askedAtMs = now()
  const { response, answer } = await post(options, form)
  if (!response.ok) {
    throw new ClientError('app_token_refused', `The token endpoint answered ${response.status}`, {
      status: response.status,
      error: textOf(answer, 'error'),
    })
  }
  const token = textOf(answer, 'access_token')
  const expiresIn = (answer as { readonly expires_in?: unknown } | undefined)?.expires_in
  if (!token || typeof expiresIn !== 'number') throw unavailable()
  return { token, expiresAtMs: askedAtMs + expiresIn * 1000 }
}

async function post({ tokenUrl, ...options }: AppTokenOptions, body: URLSearchParams) {
  const send = options.fetch ?? fetch
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const response = await send(tokenUrl, { method: 'POST', body, redirect: 'error', signal })
    const text = await response.text()
    return { response, answer: parsed(text) }
  } catch {
    throw unavailable()
  }
}

async function assertion({ tokenUrl, clientId, key }: AppTokenOptions, now: () => number) {
  const { alg = 'ES384', kid } = key
  const issuedAt = Math.floor(now() / 1000)
  return new SignJWT()
    .setProtectedHeader({ alg, typ: 'JWT', ...(kid && { kid }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(tokenUrl)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 60)
    .setJti(crypto.randomUUID())
    .sign(await importJWK(key, alg))
}

function unavailable(): ClientError {
  return new ClientError('app_token_unavailable', 'The token endpoint gave no usable answer')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function textOf(answer: unknown, member: string): string | undefined {
  const value = (answer as Readonly<Record<string, unknown>> | null | undefined)?.[member]
  return typeof value === 'string' ? value : undefined
}
