import type { CryptoKey } from 'jose'
import { ClientError } from './client-error.ts'

/** Received later or earlier than this from when it was sent, a webhook is taken for a replay. */
const TOLERANCE_SECONDS = 300

/** An event as the broker tells it. More types may come: ignore those that you do not know. */
export interface WebhookEvent {
  /** Names the event: one that comes again has the same. */
  readonly id: string
  /** `session.ended` and the like. */
  readonly type: string
  /** ISO 8601. */
  readonly occurredAt: string
  readonly app: string
  readonly connection: string
  /** Of a session's event: what {@link sessionKey} gives for its SessionID. */
  readonly session?: string
  readonly reason?: string
}

/** Whose webhooks are taken. */
export interface WebhookTrust {
  /** Shared with the broker, `whsec_…`; two while it is being replaced. */
  readonly secret: string | readonly [string, ...string[]]
  /** @default 300 */
  readonly toleranceSeconds?: number
  /** In milliseconds; in place of the machine's clock, for tests. */
  readonly now?: () => number
}

/** A request whose body a framework has read already. */
export interface ReceivedWebhook {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Byte for byte as it came: an object that was parsed and written anew has another signature. */
  readonly body: string
}

/**
 * Takes a webhook: its signature proves that the broker sent just this, just now. The same event may
 * come again, so whoever acts on it keeps its `id` and acts once.
 *
 * @throws ClientError `webhook_invalid`, `webhook_expired`
 * @see [Standard Webhooks](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md)
 */
export async function verifyWebhook(
  received: Request | ReceivedWebhook,
  trust: WebhookTrust,
): Promise<WebhookEvent> {
  const secrets = typeof trust.secret === 'string' ? [trust.secret] : trust.secret
  const keys = await Promise.all(secrets.map(importKey))
  const id = headerOf(received, 'webhook-id')
  const timestamp = headerOf(received, 'webhook-timestamp')
  const signatures = headerOf(received, 'webhook-signature')
  if (!id || !/^\d{1,12}$/.test(timestamp ?? '') || !signatures) {
    throw invalid('The request has not the headers of a webhook')
  }
  const body = received instanceof Request ? await received.text() : received.body

  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  if (!(await isSigned(content, signatures, keys))) throw invalid('The signature is not valid here')

  const now = Math.floor((trust.now ?? Date.now)() / 1000)
  if (Math.abs(now - Number(timestamp)) > (trust.toleranceSeconds ?? TOLERANCE_SECONDS)) {
    throw new ClientError('webhook_expired', 'The webhook was sent too long ago, or is not yet')
  }
  const event = parsed(body)
  if (event?.id !== id || typeof event.type !== 'string') throw invalid('The body is not an event')
  return event
}

async function isSigned(
  content: Uint8Array<ArrayBuffer>,
  signatures: string,
  keys: readonly CryptoKey[],
): Promise<boolean> {
  // Signatures of later versions stand beside ours, and are not for us.
  const ours = signatures.split(' ').flatMap((signature) => {
    const [, base64] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(signature) ?? []
    return base64 === undefined ? [] : [bytes(base64)]
  })
  for (const key of keys) {
    for (const signature of ours) {
      // Compares in constant time.
      if (await crypto.subtle.verify('HMAC', key, signature, content)) return true
    }
  }
  return false
}

function importKey(secret: string): Promise<CryptoKey> {
  const key = bytes(secret.replace(/^whsec_/, ''))
  // An empty or short one would verify what others sign too.
  if (key.length < 24)
    throw new TypeError('The secret is not whsec_ and base64 of 24 bytes or more')
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', key, hmac, false, ['verify'])
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function headerOf(received: Request | ReceivedWebhook, name: string): string | undefined {
  if (received instanceof Request) return received.headers.get(name) ?? undefined
  const [, value] =
    Object.entries(received.headers).find(([field]) => field.toLowerCase() === name) ?? []
  return typeof value === 'string' ? value : undefined
}

function parsed(body: string): WebhookEvent | undefined {
  try {
    return JSON.parse(body) ?? undefined
  } catch {
    return undefined
  }
}

function invalid(message: string): ClientError {
  return new ClientError('webhook_invalid', message)
}
