import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { synthesizeBroker } from '../../lib/synthesize-broker.ts'
import { formOf, plainBrowser } from '../support/browser.ts'
import { givenBroker, givenOutside } from './given-broker.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-rotation-'))
const outside = await givenOutside({ accessTokenSeconds: 600 })
outside.otherEhr.misbehave({ tokenMembers: { expires_in: 600 } })
afterAll(async () => {
  await outside.close()
  rmSync(folder, { recursive: true, force: true })
})

/** So long that every access token is over; less than the sessions' idle limit in all. */
const STEP_SECONDS = 700
let elapsed = 0

/** Deploys the stack anew with these keys, over the state that there is, as an operator does. */
async function deploy(context: Readonly<Record<string, string>>) {
  const outdir = join(folder, 'cdk.out')
  const { directory } = synthesizeBroker({ upstreams: 'loopback', outdir, context })
  const broker = await givenBroker({
    outside,
    authentication: 'private_key_jwt',
    ...(context['assertionsKeys']?.includes('ES384') && { otherSigns: 'ES384' }),
    runtime: { assembly: directory, stateFolder: join(folder, 'state') },
  })
  broker.stack.time.advance(elapsed)
  elapsed += STEP_SECONDS
  const { ehr, otherEhr, otherApp } = outside
  const before = new Map([ehr, otherEhr].map((one) => [one, one.tokenRequests.length]))

  return {
    ...broker,
    jwks: async () => {
      const answer = await fetch(`${broker.base}/.well-known/jwks.json`)
      return (await answer.json()) as JSONWebKeySet
    },
    async launch() {
      const { message } = await broker.signOn(plainBrowser())
      return message.body.Meta.SessionID
    },
    /** A launch of the other app, at an EHR that takes ES384 only. */
    async launchOther() {
      const browser = plainBrowser()
      const launchUrl = broker.launchUrl({ key: 'general-other', iss: otherEhr.fhirBaseUrl })
      const { location: ehrPage = '' } = await browser.visit(launchUrl)
      const { location: back = '' } = await browser.visit(ehrPage)
      await browser.submit(formOf(await browser.visit(back)), { 'sec-fetch-site': 'same-origin' })
      return otherApp.messages.at(-1)?.body.Meta.SessionID ?? ''
    },
    /** As {@link read}, of a session of the other app's. */
    async readOther(session: string) {
      const authorization = await broker.appToken('other')
      return (await broker.fhir('/Patient/pat-1', { session, authorization })).status
    },
    /** The status of a read, for which the tokens have to be opened, and renewed. */
    read: async (session: string) => (await broker.fhir('/Patient/pat-1', { session })).status,
    /** The `kid`s of this deployment's client assertions, which an EHR with `known` keys accepts. */
    async assertedBy(known: JSONWebKeySet, at = ehr) {
      const assertions = at.tokenRequests
        .slice(before.get(at))
        .map(({ body }) => body.get('client_assertion') ?? '')
      for (const assertion of assertions) {
        await jwtVerify(assertion, createLocalJWKSet(known), {
          currentDate: new Date(Date.now()),
        })
      }
      return [...new Set(assertions.map((assertion) => decodeProtectedHeader(assertion).kid))]
    },
  }
}

const kids = ({ keys }: JSONWebKeySet) => keys.map(({ kid }) => kid)

/** A key set as an EHR reads it that knows no RSA. */
const elliptic = ({ keys }: JSONWebKeySet) => ({ keys: keys.filter(({ kty }) => kty === 'EC') })

describe('rotating the sealing and the assertions key', () => {
  it('loses no session and surprises no EHR: both live, then the new one in use, then the old one gone (SM-50)', async () => {
    const first = await deploy({})
    const unused = await first.launch()
    const old = await first.launch()
    const published = await first.jwks()
    expect(await first.assertedBy(published)).toEqual(kids(published))
    await first.close()

    // Publish the next assertions key beside; seal under the next sealing key, the old one opens.
    const second = await deploy({ assertionsKeys: '1,2,3-ES384', sealingKeys: '2,1' })
    const both = await second.jwks()
    expect(kids(both)).toEqual([...kids(published), expect.any(String), expect.any(String)])
    expect(await second.read(old)).toBe(200)
    const younger = await second.launch()
    expect(await second.assertedBy(published)).toEqual(kids(published))
    // A second EHR, which takes ES384 only, is served by the same stack.
    const other = await second.launchOther()
    expect(await second.assertedBy(elliptic(both), outside.otherEhr)).toEqual(kids(elliptic(both)))
    await second.close()

    // Switch: an EHR that has read the key set since then accepts what the new key signs.
    const third = await deploy({ assertionsKeys: '2,1,4-ES384,3-ES384', sealingKeys: '2,1' })
    expect(await third.read(old)).toBe(200)
    expect(await third.read(younger)).toBe(200)
    const youngest = await third.launch()
    const nextKid = kids(both)[1]
    expect(await third.assertedBy(both)).toEqual([nextKid])
    expect(await third.readOther(other)).toBe(200)
    const all = await third.jwks()
    const nextElliptic = kids(elliptic(all))[0]
    expect(kids(elliptic(both))).not.toContain(nextElliptic)
    expect(await third.assertedBy(all, outside.otherEhr)).toEqual([nextElliptic])
    expect(await third.operate(['vault', 'reseal'])).toMatchObject({
      exitCode: 0,
      lines: [expect.stringMatching(/^1 sessions sealed under arn:aws:kms:.*, 4 were before\.$/)],
      errors: [],
    })
    await third.close()

    // The old keys are gone: neither published nor granted.
    const fourth = await deploy({ assertionsKeys: '2,4-ES384', sealingKeys: '2' })
    expect(kids(await fourth.jwks())).toEqual([nextKid, nextElliptic])
    for (const session of [unused, old, younger, youngest]) {
      expect(await fourth.read(session)).toBe(200)
    }
    await fourth.launch()
    expect(await fourth.assertedBy(await fourth.jwks())).toEqual([nextKid])
    expect(await fourth.readOther(other)).toBe(200)
    expect(await fourth.readOther(await fourth.launchOther())).toBe(200)
    expect(await fourth.assertedBy(all, outside.otherEhr)).toEqual([nextElliptic])
    await fourth.close()
  }, 180_000)

  it('opens nothing of a key that was removed too early, and says so', async () => {
    const before = await deploy({})
    const session = await before.launch()
    await before.close()

    const after = await deploy({ sealingKeys: '2' })
    expect(await after.read(session)).toBe(403)
    const { exitCode, errors } = await after.operate(['vault', 'reseal'])
    expect(exitCode).toBe(1)
    expect(errors.join()).toContain('do not open')
    await expect
      .poll(() =>
        after.logLines().filter((line) => line.includes('"message":"session_tokens_refused"')),
      )
      .toHaveLength(1)
    await after.close()
  }, 180_000)
})
