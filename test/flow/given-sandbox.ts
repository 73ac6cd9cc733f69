import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { setUpStack } from '#cli/operate-stack.ts'
import { startLocalStack } from '#local/local-stack.ts'
import {
  HEARTLINE,
  sandboxApps,
  sandboxClients,
  sandboxRegistry,
  startDemoApp,
  startSandboxEhr,
} from '#sandbox/sandbox.ts'

const SSO_SECRET = 'sandbox-sso-secret-0123456789abcdef'
const CLIENT_SECRET = 'sandbox-client-secret-0123456789abc'

type AuthenticationMethod = 'none' | 'client_secret_basic' | 'private_key_jwt'

/** All that `npm start` starts, on free ports and in memory. */
export async function givenSandbox(authentication: AuthenticationMethod = 'private_key_jwt') {
  const stack = await startLocalStack({ assembly: inject('assembly') })
  const brokerBase = stack.outputs['ApiBase'] ?? ''
  const [ehr, app] = await Promise.all([
    startSandboxEhr({
      clients: sandboxClients({ brokerBase, clientSecret: CLIENT_SECRET }),
      apps: sandboxApps(brokerBase),
    }),
    startDemoApp({
      name: HEARTLINE.name,
      brokerBase,
      ssoSecret: SSO_SECRET,
      destinationId: HEARTLINE.destinationId,
      clientId: HEARTLINE.apiClientId,
    }),
  ])
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-operator-'))
  await setUpStack(stack, folder, {
    registry: sandboxRegistry({
      fhirBaseUrl: ehr.fhirBaseUrl,
      appOrigin: app.origin,
      authentication,
    }),
    ssoSecrets: { [HEARTLINE.ssoSecretRef]: SSO_SECRET },
    clientSecrets: { [HEARTLINE.clientSecretRef]: CLIENT_SECRET },
  })

  return {
    stack,
    ehr,
    app,
    brokerBase,
    close: async () => {
      await Promise.all([stack, ehr, app].map((one) => one.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
