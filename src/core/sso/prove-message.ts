import { SignJWT } from 'jose'
import { BrokerError } from '#core/errors.ts'
import type { SecretReader, SsoDestination } from '#core/registry/registry.ts'
import type { Signer } from '#core/signer.ts'
import type { SsoMessage } from './sso-message.ts'

export interface ProveMessageDeps {
  /** The SSO secrets. */
  readonly secrets: SecretReader
  /** The `messages` keys, one an algorithm. */
  readonly signers: readonly Signer[]
}

/**
 * The headers that prove a message to its app: a JWT of its claims, under the app's secret as it was
 * typed (UTF-8, not decoded) or under a key of ours; or, where the app says so, the secret itself. Of two
 * secrets that live at once the newer one.
 *
 * @throws BrokerError `internal_error` with detail reason `secret_missing` or `message_key_missing`
 */
export async function proveMessage(
  { claims }: SsoMessage,
  { signature = 'HS256', secretRef }: Pick<SsoDestination, 'signature' | 'secretRef'>,
  { secrets, signers }: ProveMessageDeps,
): Promise<Readonly<Record<string, string>>> {
  if (signature === 'RS384' || signature === 'ES384') {
    const signer = signers.find(({ alg }) => alg === signature)
    if (!signer) throw missing('message_key_missing')
    return bearer(await signer.signJwt('JWT', claims))
  }
  const [secret] = secretRef === undefined ? [] : await secrets.read(secretRef)
  if (!secret) throw missing('secret_missing')
  if (signature === 'verification-token') return { 'verification-token': secret.reveal() }

  return bearer(
    await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(new TextEncoder().encode(secret.reveal())),
  )
}

function missing(reason: string): BrokerError {
  return new BrokerError('internal_error', { detail: { reason } })
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` }
}
