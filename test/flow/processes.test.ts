import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker({ runtime: { runAs: () => 'process' } })
afterAll(() => broker.close())

describe('functions that run as processes', () => {
  it('serve a launch and what comes after it', async () => {
    const { message } = await broker.signOn(plainBrowser())
    const answer = await broker.fhir('/Patient/pat-1', { session: message.body.Meta.SessionID })

    expect(answer.status).toBe(200)
    expect(broker.stack.instances().every(({ pid }) => pid !== undefined)).toBe(true)
  })
})
