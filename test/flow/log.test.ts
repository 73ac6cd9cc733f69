import { afterAll, expect, inject, it, vi } from 'vitest'
import { readCloudAssembly } from '#local/template/cloud-assembly.ts'
import { resolveStack } from '#local/template/resolve-stack.ts'
import { plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const lines: { readonly source: string; readonly text: string }[] = []
const broker = await givenBroker({
  webhook: {},
  ehr: { accessTokenSeconds: 600 },
  runtime: { onLog: (line) => lines.push(line) },
})
afterAll(() => broker.close())

/** Of a function that may not write its log the runtime says so, and of an audit record its function. */
const notWritten = () => lines.filter(({ text }) => /writes no log|audit_record_lost/.test(text))
const wroteLog = (name: string) => lines.some(({ source }) => source === name)
const audited = () => lines.filter(({ text }) => text.includes('"resourceType":"AuditEvent"'))

it('every function writes its log, and each door of the app an audit record of a request', async () => {
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

  const isAllWritten = () => functions.every(wroteLog) && audited().length === 2
  await vi.waitUntil(() => notWritten().length > 0 || isAllWritten(), { timeout: 20_000 })
  expect(notWritten()).toEqual([])
})
