import * as z from 'zod/mini'
import { accessToken, bindingKey } from '#core/oauth/bound-token.ts'
import { Secret } from '#core/secret.ts'
import type { SealBinding, TokenSet } from '#core/tokens/token-vault.ts'
import type { VaultRefusal } from '#core/tokens/vault-refusal.ts'

/** What stands inside a ciphertext: the tokens, and what they are bound to. */
export interface SealedPayload {
  readonly binding: SealBinding
  readonly tokens: TokenSet
}

const PAYLOAD = z.object({
  session: z.string(),
  tokenVersion: z.number(),
  connection: z.string(),
  accessToken: z.string(),
  dpopKey: z.optional(z.string()),
  refreshToken: z.optional(z.string()),
  tokenEndpoint: z.string(),
  issuer: z.string(),
  clientId: z.optional(z.string()),
  idTokenIssuer: z.optional(z.string()),
  subject: z.optional(z.string()),
  pagingKey: z.string(),
})

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
  const { session, tokenVersion, connection, ...set } = PAYLOAD.parse(
    JSON.parse(Buffer.from(bytes).toString('utf8')),
  )
  const {
    accessToken: token,
    dpopKey,
    refreshToken,
    clientId,
    idTokenIssuer,
    subject,
    pagingKey,
    ...server
  } = set
  return {
    binding: { session, tokenVersion, connection },
    tokens: {
      accessToken: accessToken(token, dpopKey === undefined ? undefined : new Secret(dpopKey)),
      ...(refreshToken !== undefined && { refreshToken: new Secret(refreshToken) }),
      ...server,
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
