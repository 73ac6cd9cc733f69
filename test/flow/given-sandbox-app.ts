import { exportJWK, generateKeyPair } from 'jose'
import { afterAll } from 'vitest'
import { brokerClient, type SsoMessage, verifySsoMessage } from '#client/index.ts'
import type { SandboxOptions } from '#sandbox/sandbox.ts'
import { json } from '#sandbox/web/respond.ts'
import { startServer, webListener } from '#sandbox/web/server.ts'
import { plainBrowser } from '../support/browser.ts'
import { givenSandbox } from './given-sandbox.ts'
import { launchInSandbox } from './launch-in-sandbox.ts'

/** All that `npm start` starts, with an app in the demo app's place whose server a test can speak for. */
export async function givenSandboxApp(options: Pick<SandboxOptions, 'scopes'> = {}) {
  const { publicKey, privateKey } = await generateKeyPair('ES384', { extractable: true })
  const common = { kid: 'key-1', alg: 'ES384', use: 'sig' }
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), ...common }] }
  const key = { ...(await exportJWK(privateKey)), ...common }
  const messages: SsoMessage[] = []
  let clientId = ''

  const sandbox = await givenSandbox({
    ...options,
    startApp: async (me) => {
      clientId = me.clientId
      const trust = { secret: me.ssoSecret, audience: me.destinationId }
      const server = await startServer(0, (origin) =>
        webListener(origin, async (request) => {
          if (request.url.endsWith('/jwks.json')) return json(jwks)
          if (!request.url.endsWith('/sso')) return new Response('welcome')
          messages.push((await verifySsoMessage(request, trust)).message)
          return new Response(null, { status: 302, headers: { location: `${origin}/welcome` } })
        }),
      )
      return { ...server, jwks }
    },
  })
  afterAll(() => sandbox.close())
  const broker = brokerClient({ base: sandbox.brokerBase, clientId, key })

  return {
    ...sandbox,
    /** Launches on a patient, and speaks to the broker in that session. */
    async launch(patient = 'rosa-delgado') {
      await launchInSandbox(plainBrowser(), sandbox.ehr.origin, { patient })
      const session = broker.session((messages.at(-1) as SsoMessage).Meta)
      return {
        fhir: session,
        /** A message of a data model, and its answer. */
        async post(message: unknown) {
          const answer = await fetch(`${sandbox.brokerBase}/endpoint`, {
            method: 'POST',
            headers: {
              authorization: `Bearer ${await session.token()}`,
              'content-type': 'application/json',
            },
            body: JSON.stringify(message),
          })
          return { status: answer.status, json: JSON.parse(await answer.text()) }
        },
      }
    },
  }
}
