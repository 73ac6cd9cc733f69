import { base64url } from 'jose'
import { sessionKey } from './session-key.ts'
import type { SessionStore } from './session-store.ts'
import { hasSession, type SignOnMessage, type SsoMessage } from './sso-message.ts'

/** The browser is on its way when its token is made, so a minute is plenty. */
const START_LIFETIME_MS = 60_000

/** As long as a session lives at most by default, where the message does not say. */
const LIFETIME_MS = 12 * 3_600_000

/**
 * One launch in the person's browser. Its key stands in the page's path and its secret in a cookie
 * of that path, so that two patients in two tabs of one browser never mix.
 */
export interface Visit<Message extends SignOnMessage = SsoMessage> {
  /**
   * {@link sessionKey} of the SessionID, as events name it too; random for a sign-on without a session,
   * of which no event tells. No credential.
   */
  readonly key: string
  /** Who signed on, and on whom. It may hold a SessionID, and stays on the server. */
  readonly message: Message
}

/** A visit that begins, and the `Set-Cookie` with which to send the browser to its page. */
export interface OpenedVisit<Message extends SignOnMessage = SsoMessage> extends Visit<Message> {
  /** The page's path. */
  readonly path: string
  readonly cookie: string
}

export interface Visits<Message extends SignOnMessage = SsoMessage> {
  /** Keeps a sign-on until the browser comes for it: the one-time token to put into its address. */
  expect(message: Message): Promise<string>
  /** Opens the visit of a one-time token; `undefined` if it is unknown, old, or was used. */
  open(token: string): Promise<OpenedVisit<Message> | undefined>
  /** The visit of a key, for the browser that has its cookie; `undefined` for any other. */
  find(key: string, request: Request | ReceivedHeaders): Promise<Visit<Message> | undefined>
  /** Forgets a visit. Of an unknown key it does nothing. */
  end(key: string): Promise<void>
}

/** The headers of a request, as frameworks have them: by lower-case names. */
export type ReceivedHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

export interface VisitsOptions {
  readonly store: SessionStore
  /** The path of a visit's page, and of all that is below it. @default `/s/` and the key */
  readonly path?: (key: string) => string
  /** In milliseconds; in place of the machine's clock, for tests. */
  readonly now?: () => number
}

/**
 * Brings what the SSO message says and the browser that comes afterwards together, and keeps launches
 * apart. The cookies are partitioned, as an app in an EHR's frame is a third party there.
 *
 * `visits<SignOnMessage>` also keeps sign-ons without a session, for twelve hours.
 */
export function visits<Message extends SignOnMessage = SsoMessage>({
  store,
  path = defaultPath,
  now = Date.now,
}: VisitsOptions): Visits<Message> {
  return {
    async expect(message) {
      const token = randomText()
      await store.set(await startKey(token), JSON.stringify(message), now() + START_LIFETIME_MS)
      return token
    },

    async open(token) {
      const start = await startKey(token)
      const kept = await store.get(start)
      if (kept === undefined || !(await store.delete(start))) return undefined

      const message = JSON.parse(kept) as Message
      const key = hasSession(message) ? await sessionKey(message.Meta.SessionID) : randomText()
      const secret = randomText()
      const value = { secretHash: await sessionKey(secret), message }
      await store.set(visitKey(key), JSON.stringify(value), endsAtMs(message, now()))
      const cookie = `${cookieName(key)}=${secret}; Path=${path(key)}; ${COOKIE_ATTRIBUTES}`
      return { key, message, path: path(key), cookie }
    },

    async find(key, request) {
      const kept = await store.get(visitKey(key))
      if (kept === undefined) return undefined
      const { secretHash, message } = JSON.parse(kept) as StoredVisit<Message>
      const secret = cookieOf(request, cookieName(key))
      // Hashes are compared: how far two of them agree says nothing of the secret.
      const isTheirs = secret !== undefined && (await sessionKey(secret)) === secretHash
      return isTheirs ? { key, message } : undefined
    },

    async end(key) {
      await store.delete(visitKey(key))
    },
  }
}

interface StoredVisit<Message> {
  readonly secretHash: string
  readonly message: Message
}

/** `None; Partitioned`: in a frame of the EHR's a `Lax` cookie would be dropped. */
const COOKIE_ATTRIBUTES = 'HttpOnly; Secure; SameSite=None; Partitioned'

const defaultPath = (key: string) => `/s/${key}`
const visitKey = (key: string) => `visit:${key}`
const cookieName = (key: string) => `visit_${key.slice(0, 8)}`
const startKey = async (token: string) => `start:${await sessionKey(token)}`

function randomText(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)))
}

function endsAtMs({ Extensions }: SignOnMessage, now: number): number {
  const endsAt = Date.parse(Extensions?.SessionEndsAt ?? '')
  return Number.isNaN(endsAt) ? now + LIFETIME_MS : endsAt
}

function cookieOf(request: Request | ReceivedHeaders, name: string): string | undefined {
  const header =
    request instanceof Request ? request.headers.get('cookie') : `${request['cookie'] ?? ''}`
  const pairs = (header ?? '').split(/; ?/)
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}
