import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SignedLinkScheme } from '#core/registry/sign-on-scheme.ts'
import type { Secret } from '#core/secret.ts'
import type { EpochSeconds } from '#core/time.ts'
import { type CheckedLink, LINK_SKEW_SECONDS, refusedLink } from './checked-link.ts'

type HmacLink = Extract<SignedLinkScheme['link'], { format: 'hmac' }>

/**
 * Checks a link whose last parameter is an HMAC of the query before it, byte for byte as it was sent:
 * nothing is decoded, ordered or written anew first, so that no two parsers can differ over what was
 * signed.
 *
 * @param query as it was sent, without the question mark
 * @param secrets of the connection; two may live at once
 * @throws BrokerError `link_invalid`, `link_expired`
 */
export function checkHmacLink(
  query: string,
  link: HmacLink,
  secrets: readonly Secret[],
  { windowSeconds, now }: { readonly windowSeconds: number; readonly now: EpochSeconds },
): CheckedLink {
  const { signed, signature } = split(query, link)
  const presented = Buffer.from(signature, link.signatureEncoding)
  const isRight = secrets
    .map((secret) => createHmac(link.hash, secret.reveal()).update(signed).digest())
    // Every secret is tried, so that the time tells nothing of which one it was.
    .map((mac) => mac.byteLength === presented.byteLength && timingSafeEqual(mac, presented))
    .includes(true)
  if (!isRight) throw refusedLink('link_invalid', 'signature')

  const parameters = new URLSearchParams(signed)
  const names = [...parameters.keys()]
  if (new Set(names).size < names.length) throw refusedLink('link_invalid', 'parameter_repeated')

  const madeAt = timestamp(parameters.get(link.timestampParameter) ?? '', link.timestampFormat)
  if (madeAt === undefined) throw refusedLink('link_invalid', 'timestamp')
  if (madeAt > now + LINK_SKEW_SECONDS) throw refusedLink('link_expired', 'not_yet')
  if (madeAt <= now - windowSeconds) throw refusedLink('link_expired', 'too_old')
  return {
    id: presented.toString('base64url'),
    replayableUntil: madeAt + windowSeconds + LINK_SKEW_SECONDS,
    said: (name) => parameters.get(name) ?? undefined,
  }
}

/** The signature is what stands after its name, which is there once, and last. */
function split(query: string, { signatureParameter }: HmacLink) {
  const mark = `&${signatureParameter}=`
  const at = query.indexOf(mark)
  const signature = query.slice(at + mark.length)
  if (at < 1 || signature.includes('&')) throw refusedLink('link_invalid', 'signature_place')
  try {
    return { signed: query.slice(0, at), signature: decodeURIComponent(signature) }
  } catch (cause) {
    throw refusedLink('link_invalid', 'signature', cause)
  }
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

function timestamp(text: string, format: HmacLink['timestampFormat']): EpochSeconds | undefined {
  switch (format) {
    case 'epoch-seconds':
      return /^\d{9,11}$/.test(text) ? Number(text) : undefined
    case 'epoch-milliseconds':
      return /^\d{12,14}$/.test(text) ? Number(text) / 1000 : undefined
    case 'iso8601': {
      const ms = ISO_TIME.test(text) ? Date.parse(text) : Number.NaN
      return Number.isNaN(ms) ? undefined : ms / 1000
    }
  }
}
