import { createHash, randomBytes } from 'node:crypto'
import { Secret } from '#core/secret.ts'
import type { BrowserBinding } from './one-time-store.ts'

/** As long as a launch lives. */
const COOKIE_LIFETIME_SECONDS = 600

/** Launches that one browser may have under way; browsers keep some 180 cookies a site. */
const MAX_COOKIES = 20

const PREFIX = '__Host-sp-'
const NAME = /^__Host-sp-[\w-]{8}$/

/**
 * `None; Partitioned`, because an EHR that frames us makes every cookie third-party, and `Lax` would
 * be dropped. `__Host-` and `HttpOnly`: neither a sibling host nor a script can plant one or read it.
 */
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=None; Partitioned'

/** A launch's own cookie: its name and hash for the row, its value for the browser only. */
export interface MintedBinding extends BrowserBinding {
  readonly cookieValue: Secret
}

/** A launch in a frame where the browser keeps no cookie. Its person is signed on at the EHR already. */
export const WEAK_LIFETIME_SECONDS = 180

/**
 * What binds such a launch: that its requests come from one kind of browser. Their Fetch Metadata, its
 * shorter life and the frames that may show its pages stand for the rest.
 */
export function weakBinding(userAgent: string): BrowserBinding {
  // No cookie's value reads so: a launch that is bound by one does not open by this.
  return { cookieName: `${PREFIX}none`, cookieHash: hashOf(`without a cookie: ${userAgent}`) }
}

const PROBE = `${PREFIX}kept`

/** A `Set-Cookie` that only says, when it comes back, that this browser keeps our cookies here. */
export function probeCookie(): string {
  return `${PROBE}=1; Max-Age=${COOKIE_LIFETIME_SECONDS}; ${ATTRIBUTES}`
}

/** Whether a browser keeps our cookies where it is: it has some. */
export function keepsCookies(cookies: ReadonlyMap<string, string>): boolean {
  return cookies.has(PROBE) || bindings(cookies).length > 0
}

/** A new cookie of 256 random bits, named for the launch so that several can be under way. */
export function mintBinding(keyHash: string): MintedBinding {
  const cookieValue = new Secret(randomBytes(32).toString('base64url'))
  return {
    cookieName: `${PREFIX}${keyHash.slice(0, 8)}`,
    cookieValue,
    cookieHash: hashOf(cookieValue.reveal()),
  }
}

/** The `Set-Cookie` that binds the browser. */
export function bindingCookie({ cookieName, cookieValue }: MintedBinding): string {
  return `${cookieName}=${cookieValue.reveal()}; Max-Age=${COOKIE_LIFETIME_SECONDS}; ${ATTRIBUTES}`
}

/** The `Set-Cookie` that removes a launch's cookie. */
export function clearBindingCookie(cookieName: string): string {
  // A cookie is replaced only under the same attributes, the partition included.
  return `${cookieName}=; Max-Age=0; ${ATTRIBUTES}`
}

/** SHA-256 (base64url) of each launch cookie of a request, the newest twenty at most. */
export function presentedHashes(cookies: ReadonlyMap<string, string>): readonly string[] {
  return bindings(cookies)
    .slice(-MAX_COOKIES)
    .map(([, value]) => hashOf(value))
}

/**
 * Names of the launch cookies to clear so that twenty are left when the next one is set. The oldest
 * go, which are the first in the header: browsers send cookies of one path in order of creation.
 *
 * @see [RFC 6265 §5.4](https://www.rfc-editor.org/rfc/rfc6265#section-5.4)
 */
export function surplusCookies(cookies: ReadonlyMap<string, string>): readonly string[] {
  const names = bindings(cookies).map(([name]) => name)
  return names.slice(0, Math.max(0, names.length - (MAX_COOKIES - 1)))
}

function bindings(cookies: ReadonlyMap<string, string>) {
  return [...cookies].filter(([name]) => NAME.test(name))
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('base64url')
}
