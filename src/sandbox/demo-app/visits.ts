import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { SignOn } from './sign-on.ts'

/** The browser is on its way when the token is made, so a minute is plenty. */
const START_LIFETIME_MS = 60_000

/** For a person who is to press a link. */
const LINK_LIFETIME_MS = 300_000

/**
 * A sign-on in use. The key stands in the page's path and the secret in a cookie of that path, so
 * that two patients in two tabs of one browser never mix.
 */
export interface Visit {
  readonly key: string
  readonly secret: string
  readonly signOn: SignOn
}

/** Where visits stay, by their keys. */
export interface VisitStore {
  get(key: string): Visit | undefined
  set(key: string, visit: Visit): void
  delete(key: string): unknown
}

export interface Visits {
  /** Keeps a sign-on until the browser comes for it; answers the one-time token to come with. */
  expect(signOn: SignOn): string
  /** Opens a visit for a one-time token; `undefined` if it is unknown, old, or was used. */
  open(token: string): Visit | undefined
  /**
   * Gives up a visit that was opened within the minute by a browser that has not shown its secret since:
   * it keeps no cookie there. Answers a one-time token to open the visit elsewhere. Only the browser that
   * opened it knows the key by then.
   */
  expectAgain(key: string): string | undefined
  /** The visit of a key, for the browser that holds its secret. */
  find(key: string, secret: string | undefined): Visit | undefined
  /** Forgets a visit. */
  end(key: string): void
}

export function rememberVisits(visits: VisitStore): Visits {
  const expected = new Map<string, { readonly signOn: SignOn; readonly expiresAtMs: number }>()
  /** Visits whose secret nobody has shown yet, and until when they may be opened elsewhere. */
  const unclaimed = new Map<string, number>()

  const expect = (signOn: SignOn, lifetimeMs = START_LIFETIME_MS) => {
    const token = randomBytes(32).toString('base64url')
    expected.set(token, { signOn, expiresAtMs: Date.now() + lifetimeMs })
    return token
  }

  return {
    expect: (signOn) => expect(signOn),

    expectAgain(key) {
      const visit = visits.get(key)
      const untilMs = unclaimed.get(key) ?? 0
      if (!visit || untilMs <= Date.now()) return undefined
      unclaimed.delete(key)
      visits.delete(key)
      return expect(visit.signOn, LINK_LIFETIME_MS)
    },

    open(token) {
      const start = expected.get(token)
      expected.delete(token)
      if (!start || start.expiresAtMs <= Date.now()) return undefined
      const visit = {
        key: randomBytes(6).toString('hex'),
        secret: randomBytes(32).toString('base64url'),
        signOn: start.signOn,
      }
      visits.set(visit.key, visit)
      unclaimed.set(visit.key, Date.now() + START_LIFETIME_MS)
      return visit
    },

    find(key, secret = '') {
      const visit = visits.get(key)
      if (!visit || !areEqual(visit.secret, secret)) return undefined
      unclaimed.delete(key)
      return visit
    },

    end: (key) => void visits.delete(key),
  }
}

function areEqual(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}
