import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
  randomFillSync,
} from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { BrokerError } from '#core/errors.ts'
import { Secret } from '#core/secret.ts'
import type { EpochSeconds } from '#core/time.ts'

/**
 * Names a page of the EHR's. It stands in the query, on the path that was searched: clients exist
 * that keep nothing else of a link, and would read page one for ever.
 */
export const PAGE_PARAMETER = '_sallyport_page'

/** A page that has no address here. The request for it is refused, so it never looks like the last. */
export const REFUSED_PAGE = 'refused'

/** How long a link leads somewhere, though no longer than its session lives. */
export const PAGE_LIFETIME_SECONDS = 60 * 60

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/** Continuation tokens of some servers are this long and longer, and shrink by half. */
const COMPRESSED_FROM = 512
/** What a compressed page begins with; any other with 0. */
const COMPRESSED = Buffer.from([1])
/** What an opened page may be at most: far above any address that a server answers. */
const MOST_BYTES = 64 * 1024

/** What is behind a link: a page of a Bundle, the state of an asynchronous request, or its output. */
export type PageKind = 'page' | 'job' | 'file'

/** What a page's link is bound to; it opens nowhere else. */
export interface PageBinding {
  readonly session: string
  readonly connection: string
  /** The path that was searched, without `_search`. */
  readonly path: readonly string[]
}

/** What a page's link says, under encryption. */
export interface Page {
  /** Below the EHR's FHIR base, or absolute at a host that it pages from. */
  readonly target: string
  /** The resource type that the search had to be in scope for; `*` for any. */
  readonly scopeType: string
  readonly expiresAt: EpochSeconds
  readonly kind: PageKind
}

/** A new session's key for its links: 256 random bits, base64url. */
export function mintPagingKey(): Secret {
  return new Secret(randomBytes(32).toString('base64url'))
}

/** A page as it stands in a link: AES-256-GCM, the binding authenticated with it, base64url. */
export function sealPage(page: Page, key: Secret, binding: PageBinding): string {
  const { target, scopeType, expiresAt, kind } = page
  const plain = JSON.stringify([target, scopeType, expiresAt, kind])
  const iv = nextIv()
  const cipher = createCipheriv(CIPHER, keyObject(key), iv).setAAD(additionalData(binding))
  const sealed =
    plain.length < COMPRESSED_FROM
      ? cipher.update(`\0${plain}`, 'utf8')
      : cipher.update(Buffer.concat([COMPRESSED, deflateRawSync(plain)]))
  cipher.final()
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
}

/**
 * Opens what {@link sealPage} made under the same key and binding.
 *
 * @throws BrokerError `fhir_page_invalid` for anything else, and after its time
 */
export function openPage(
  token: string,
  key: Secret,
  binding: PageBinding,
  now: EpochSeconds,
): Page {
  const page = decrypt(Buffer.from(token, 'base64url'), key, binding)
  if (now >= page.expiresAt) {
    throw new BrokerError('fhir_page_invalid', { detail: { reason: 'expired' } })
  }
  return page
}

function decrypt(bytes: Buffer, key: Secret, binding: PageBinding): Page {
  try {
    const decipher = createDecipheriv(CIPHER, keyObject(key), bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(additionalData(binding))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    const opened = [decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]
    const content = Buffer.concat(opened)
    const plain = content.subarray(1)
    const text = content[0] === 1 ? inflateRawSync(plain, { maxOutputLength: MOST_BYTES }) : plain
    const [target, scopeType, expiresAt, kind] = JSON.parse(text.toString('utf8'))
    return { target, scopeType, expiresAt, kind }
  } catch (cause) {
    throw new BrokerError('fhir_page_invalid', { cause, detail: { reason: 'not_opened' } })
  }
}

/** Asking for random bytes costs more than enciphering with them, so they are asked for in bulk. */
const ivs = Buffer.alloc(IV_BYTES * 256)
let usedIvBytes = ivs.byteLength

/** To be used before the next one is asked for. */
function nextIv(): Buffer {
  if (usedIvBytes === ivs.byteLength) {
    randomFillSync(ivs)
    usedIvBytes = 0
  }
  usedIvBytes += IV_BYTES
  return ivs.subarray(usedIvBytes - IV_BYTES, usedIvBytes)
}

/** Keys as OpenSSL wants them, for as long as their secrets are held. */
const keyObjects = new WeakMap<Secret, KeyObject>()

function keyObject(key: Secret): KeyObject {
  const known = keyObjects.get(key)
  if (known) return known
  const made = createSecretKey(key.reveal(), 'base64url')
  keyObjects.set(key, made)
  return made
}

function additionalData({ session, connection, path }: PageBinding): Buffer {
  return Buffer.from(JSON.stringify(['page', session, connection, ...path]))
}

/**
 * Makes of a page's target what stands in its link.
 *
 * @param depth the resources that its Bundle is within
 */
export type SealPage = (target: string, kind: PageKind, depth: number) => string
