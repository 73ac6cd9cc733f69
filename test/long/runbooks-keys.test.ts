import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { givenSite } from '../support/runbooks/given-site.ts'

/** Past the end of every access token, and within the sessions' idle limit. */
const RENEWAL_SECONDS = 700
const TIMEOUT_MS = 240_000

const site = await givenSite({ authentication: 'private_key_jwt' })
afterAll(() => site.close())

const jwks = async () =>
  (await (await fetch(`${site.broker().base}/.well-known/jwks.json`)).json()) as JSONWebKeySet
const kids = ({ keys }: JSONWebKeySet) => keys.map(({ kid }) => kid)

/** The `kid` of the newest client assertion, which an EHR with this key set takes. */
async function lastAssertion(known: JSONWebKeySet) {
  const assertion = site.ehr.tokenRequests.at(-1)?.body.get('client_assertion') ?? ''
  await jwtVerify(assertion, createLocalJWKSet(known), { currentDate: new Date(Date.now()) })
  return decodeProtectedHeader(assertion).kid
}

describe('the runbook', () => {
  it(
    'of an assertions key: an EHR that has read the key set takes what signs, at each step',
    async () => {
      const runbook = site.open('Rotate an assertions key')
      const session = await site.launch()
      const renewal = async () => {
        site.advance(RENEWAL_SECONDS)
        expect(await site.read(session)).toBe(200)
      }
      const before = await jwks()
      const first = await lastAssertion(before)

      await runbook.step('assertionsKeys=1,2')
      const both = await jwks()
      await renewal()
      expect(await lastAssertion(before)).toBe(first)

      await runbook.step('assertionsKeys=2,1')
      await renewal()
      const second = await lastAssertion(both)
      expect(second).not.toBe(first)

      await runbook.step('assertionsKeys=2')
      runbook.done()
      await renewal()
      expect(await lastAssertion(await jwks())).toBe(second)
      expect(kids(await jwks())).not.toContain(first)
    },
    TIMEOUT_MS,
  )

  it(
    'of the sealing key: all sessions live on, under the new key and without the old one',
    async () => {
      const runbook = site.open('Rotate the sealing key')
      await site.broker().operate(['sessions', 'end-all', '--every-connection'])
      await site.broker().stack.tick()
      const sessions = [await site.launch(), await site.launch()]

      await runbook.step('sealingKeys=2,1')
      await runbook.step('vault reseal')
      await runbook.step('sealingKeys=2')
      runbook.done()

      const keys = site.broker().stack.outputs['SealingKeyArns']
      expect(keys?.split(',')).toHaveLength(1)
      site.advance(RENEWAL_SECONDS)
      for (const session of sessions) expect(await site.read(session)).toBe(200)
    },
    TIMEOUT_MS,
  )

  it(
    'of a key’s material: KMS is asked for it, and all goes on',
    async () => {
      const runbook = site.open('Renew a key’s material')
      await runbook.step('rotate-key-on-demand')
      runbook.done()

      expect(await site.read(await site.launch())).toBe(200)
    },
    TIMEOUT_MS,
  )
})
