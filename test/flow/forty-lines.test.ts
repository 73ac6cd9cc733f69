import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { json } from '#sandbox/web/respond.ts'
import { startServer, webListener } from '#sandbox/web/server.ts'
import { fortyLines } from '../../examples/apps/forty-lines.ts'
import { plainBrowser } from '../support/browser.ts'
import { givenSandbox } from './given-sandbox.ts'
import { launchInSandbox } from './launch-in-sandbox.ts'

const { publicKey, privateKey } = await generateKeyPair('ES384', { extractable: true })
const COMMON = { kid: 'key-1', alg: 'ES384', use: 'sig' }
const JWKS = { keys: [{ ...(await exportJWK(publicKey)), ...COMMON }] }

const sandbox = await givenSandbox({
  startApp: async ({ brokerBase, ...me }) => {
    const key = { ...(await exportJWK(privateKey)), ...COMMON }
    const webhookSecret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
    const server = await startServer(0, (origin) => {
      const app = fortyLines({ ...me, origin, key, base: brokerBase, webhookSecret })
      return webListener(origin, async (request) =>
        request.url.endsWith('/jwks.json') ? json(JWKS) : app(request),
      )
    })
    return { ...server, jwks: JWKS }
  },
})
afterAll(() => sandbox.close())

describe('the app in forty lines, on the synthesized stack', () => {
  it('signs on, reads the chart of each of two launches, and goes on after a refresh', async () => {
    const browser = plainBrowser()
    const rosa = await launchInSandbox(browser, sandbox.ehr.origin)
    const walter = await launchInSandbox(browser, sandbox.ehr.origin, {
      patient: 'walter-lindqvist',
    })
    expect(rosa.text).toMatch(/^Delgado: [1-9]\d* heart rates$/)
    expect(walter.text).toMatch(/^Lindqvist: [1-9]\d* heart rates$/)

    sandbox.stack.time.advance(90)
    expect((await browser.visit(rosa.url)).text).toBe(rosa.text)
    expect((await plainBrowser().visit(rosa.url)).status).toBe(403)
  })
})
