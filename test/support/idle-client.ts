import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import type { PushRequestDeps } from '#core/launch/push-request.ts'

/** For launches that push no request: whatever is asked of these fails the test. */
export const IDLE_CLIENT: Pick<PushRequestDeps, 'egress' | 'secrets' | 'signers'> = {
  egress: () => Promise.reject(new Error('nothing is to be sent')),
  secrets: memorySecretReader(),
  signers: [
    {
      alg: 'RS384',
      publicJwk: () => Promise.reject(new Error('no key is to be read')),
      signJwt: () => Promise.reject(new Error('nothing is to be signed')),
    },
  ],
}
