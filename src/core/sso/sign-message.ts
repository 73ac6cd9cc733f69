import { SignJWT } from 'jose'
import { BrokerError } from '#core/errors.ts'
import type { SecretReader } from '#core/registry/registry.ts'
import type { SsoMessage } from './sso-message.ts'

/**
 * The message's JWT: HS256 under the bytes of the destination's secret as it was typed (UTF-8, not
 * decoded), the newer one while two live.
 *
 * @throws BrokerError `internal_error` with detail reason `secret_missing`
 */
export async function signMessage(
  { claims }: SsoMessage,
  secretRef: string,
  secrets: SecretReader,
): Promise<string> {
  const [secret] = await secrets.read(secretRef)
  if (!secret) throw new BrokerError('internal_error', { detail: { reason: 'secret_missing' } })

  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secret.reveal()))
}
