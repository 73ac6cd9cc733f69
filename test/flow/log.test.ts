import { afterAll, expect, inject, it } from 'vitest'
import { readCloudAssembly } from '#local/template/cloud-assembly.ts'
import { resolveStack } from '#local/template/resolve-stack.ts'
import { plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const written = new Set<string>()
const broker = await givenBroker({
  webhook: {},
  ehr: { accessTokenSeconds: 600 },
  runtime: { onLog: ({ source }) => written.add(source) },
})
afterAll(() => broker.close())

it('every function writes its log', async () => {
  const functions = resolveStack(readCloudAssembly(inject('assembly')))
    .all('AWS::Lambda::Function')
    .map(({ logicalId }) => logicalId)

  // What a session meets from its first day to its last.
  const { message } = await broker.signOn(plainBrowser())
  const session = message.body.Meta.SessionID
  await broker.fhir('/Patient/pat-1', { session })
  await broker.api('/endpoint', { session, method: 'POST', body: '{}' })
  await fetch(`${broker.base}/saml/general-development/metadata`)
  broker.stack.time.advance(520)
  await broker.stack.tick()
  await broker.post('/logout/general-development', { logout_token: 'not-a-token' })
  await broker.api('/session', { session, method: 'DELETE' })

  await expect
    .poll(() => functions.filter((name) => !written.has(name)), { timeout: 20_000 })
    .toEqual([])
})
