import { accessToken, bindingKey } from '#core/oauth/bound-token.ts'
import { Secret } from '#core/secret.ts'
import type { SealBinding, TokenSet } from '#core/tokens/token-vault.ts'
import type { VaultRefusal } from '#core/tokens/vault-refusal.ts'

/** What stands inside a ciphertext: the tokens, and what they are bound to. */
export interface SealedPayload {
  readonly binding: SealBinding
  readonly tokens: TokenSet
}

/** The plaintext, as JSON: read by hand, since a schema's library is a tenth of a cold start. */
const TEXTS = [
  'session',
  'connection',
  'accessToken',
  'tokenEndpoint',
  'issuer',
  'pagingKey',
] as const
const TEXTS_AT_TIMES = ['dpopKey', 'refreshToken', 'clientId', 'idTokenIssuer', 'subject'] as const

type Payload = Readonly<Record<(typeof TEXTS)[number], string>> &
  Readonly<Partial<Record<(typeof TEXTS_AT_TIMES)[number], string>>> & {
    readonly tokenVersion: number
  }

function isPayload(value: unknown): value is Payload {
  if (typeof value !== 'object' || value === null) return false
  const field = (name: string): unknown => Reflect.get(value, name)
  return (
    typeof field('tokenVersion') === 'number' &&
    TEXTS.every((name) => typeof field(name) === 'string') &&
    TEXTS_AT_TIMES.every((name) => ['string', 'undefined'].includes(typeof field(name)))
  )
}

/** The plaintext's bytes. */
export function toPayload({ binding, tokens }: SealedPayload): Buffer {
  const { session, tokenVersion, connection } = binding
  const {
    accessToken,
    refreshToken,
    tokenEndpoint,
    issuer,
    clientId,
    idTokenIssuer,
    subject,
    pagingKey,
  } = tokens
  return Buffer.from(
    JSON.stringify({
      session,
      tokenVersion,
      connection,
      accessToken: accessToken.reveal(),
      dpopKey: bindingKey(accessToken)?.reveal(),
      refreshToken: refreshToken?.reveal(),
      tokenEndpoint,
      issuer,
      clientId,
      idTokenIssuer,
      subject,
      pagingKey: pagingKey.reveal(),
    }),
  )
}

/** Reads {@link toPayload}'s bytes; throws for any others. */
export function fromPayload(bytes: Uint8Array): SealedPayload {
  const payload: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
  if (!isPayload(payload)) throw new TypeError('Not what was sealed')
  const { session, tokenVersion, connection, accessToken: token, dpopKey, refreshToken } = payload
  const { tokenEndpoint, issuer, clientId, idTokenIssuer, subject, pagingKey } = payload
  return {
    binding: { session, tokenVersion, connection },
    tokens: {
      accessToken: accessToken(token, dpopKey === undefined ? undefined : new Secret(dpopKey)),
      ...(refreshToken !== undefined && { refreshToken: new Secret(refreshToken) }),
      tokenEndpoint,
      issuer,
      ...(clientId !== undefined && { clientId }),
      ...(idTokenIssuer !== undefined && { idTokenIssuer }),
      ...(subject !== undefined && { subject }),
      pagingKey: new Secret(pagingKey),
    },
  }
}

/** Why a payload is not the one that was sealed under this binding; `undefined` if it is. */
export function bindingMismatch(
  { binding }: SealedPayload,
  expected: SealBinding,
): VaultRefusal | undefined {
  if (binding.connection !== expected.connection) return 'vault_context_mismatch'
  if (binding.session !== expected.session) return 'vault_session_mismatch'
  return binding.tokenVersion === expected.tokenVersion ? undefined : 'vault_version_mismatch'
}
