import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { verifySsoMessage } from '#client/index.ts'
import { CLIENT_SECRET, SSO_SECRET } from '../flow/given-broker.ts'
import { formOf, plainBrowser } from '../support/browser.ts'
import { startFakeEhr } from '../support/fake-ehr.ts'
import { editRegistry } from '../support/runbooks/add-connection.ts'
import { givenSite } from '../support/runbooks/given-site.ts'

/** Functions read secrets anew after five minutes, the registry after one. */
const FOLLOWED_SECONDS = 301

const site = await givenSite({
  authentication: 'client_secret_basic',
  ehr: { clientSecret: CLIENT_SECRET },
})
const mercy = await startFakeEhr()
afterAll(async () => {
  await site.close()
  await mercy.close()
})

const write = (name: string, text: string) => writeFileSync(join(site.folder, name), `${text}\n`)

describe('the runbook', () => {
  it('of a hospital that is new: its first launch', async () => {
    const runbook = site.open('Add a hospital', {
      'https://ehr.mercy.example/fhir': mercy.fhirBaseUrl,
    })
    await runbook.step('sallyport connect')
    // What the hospital answers.
    editRegistry(site.broker(), ({ registrations }) => {
      Object.assign(registrations.at(-1), {
        clientId: 'mercy-client',
        authentication: { method: 'none' },
      })
    })
    await runbook.step('registry apply')

    site.advance(61)
    const browser = plainBrowser()
    const iss = mercy.fhirBaseUrl
    const launchUrl = site.broker().launchUrl({ key: 'mercy-production', iss })
    const { location: ehrPage = '' } = await browser.visit(launchUrl)
    const { location: back = '' } = await browser.visit(ehrPage)
    const { message } = await site.broker().handOver(browser, formOf(await browser.visit(back)))
    expect(message.body.Meta.SessionBaseURL).toContain('/fhir/R4/mercy/Production')
    await runbook.step('status')
    runbook.done()
    await site.broker().operate(['sessions', 'end-all', 'mercy-production'])
  })

  it('of a leaked client secret: it is used no more, and what it may have opened is closed', async () => {
    const runbook = site.open('A client secret leaked')
    write('new-secret.txt', 'the-new-secret-of-the-client')
    site.ehr.changeSecret('the-new-secret-of-the-client')
    const session = await site.launch().catch(() => undefined)
    expect(session).toBeUndefined()

    await runbook.step('secret set')
    site.advance(FOLLOWED_SECONDS)
    const from = site.ehr.tokenRequests.length
    const launched = await site.launch()
    await runbook.step('end-all')
    runbook.done()

    expect(await site.read(launched)).toBe(403)
    const leaked = Buffer.from(`fake-client:${CLIENT_SECRET}`).toString('base64')
    const shown = site.ehr.tokenRequests.slice(from).map(({ headers }) => headers.authorization)
    expect(shown).toHaveLength(1)
    expect(shown).not.toContain(`Basic ${leaked}`)
  })

  it('of an app’s leaked key: it gets no token, its sessions are over, and what it read is told', async () => {
    const runbook = site.open('An app’s key leaked')
    const { app } = site
    const tokenUrl = () => `${site.broker().base}/auth/token`
    const tokenFor = async (client_assertion: string) =>
      site.broker().post('/auth/token', {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion,
      })
    const session = await site.launch()
    const stolen = await site.broker().appToken()
    expect(
      (await site.broker().fhir('/Patient/pat-1', { session, authorization: stolen })).status,
    ).toBe(200)

    const { publicKey, privateKey } = await generateKeyPair('ES384')
    const jwk = { ...(await exportJWK(publicKey)), kid: 'app-2', alg: 'ES384', use: 'sig' }
    editRegistry(site.broker(), ({ apps }) => {
      apps[0].clients = [{ clientId: app.clientId, jwks: { keys: [jwk] } }]
    })
    onTestFinished(async () => {
      editRegistry(site.broker(), ({ apps }) => {
        apps[0].clients = [{ clientId: app.clientId, jwks: app.jwks }]
      })
      await site.broker().operate(['registry', 'apply', 'registry.json'])
      site.advance(61)
    })
    await runbook.step('registry apply')
    site.advance(61)

    const { status } = await site
      .broker()
      .fhir('/Patient/pat-1', { session, authorization: stolen })
    expect(status).toBe(403)
    expect((await tokenFor(await app.assertion(tokenUrl()))).status).toBe(401)
    const now = Math.floor(Date.now() / 1000)
    const assertion = await new SignJWT({ jti: `${now}` })
      .setProtectedHeader({ alg: 'ES384', kid: 'app-2', typ: 'JWT' })
      .setIssuer(app.clientId)
      .setSubject(app.clientId)
      .setAudience(tokenUrl())
      .setIssuedAt(now)
      .setExpirationTime(now + 120)
      .sign(privateKey)
    expect((await tokenFor(assertion)).status).toBe(200)

    const said = await runbook.step('audit app')
    runbook.done()
    expect(said).toContain('  403 session_over  heartline')
  })

  it('of a leaked SessionID: it is of no use, and what was read with it is told', async () => {
    const runbook = site.open('A SessionID leaked')
    const session = await site.launch()
    expect(await site.read(session)).toBe(200)
    write('session-id.txt', session)

    const said = await runbook.step('sessions end')
    runbook.done()

    expect(await site.read(session)).toBe(403)
    expect(said).not.toContain(session)
  })

  it('of a leaked SSO secret: the broker signs with the new one alone', async () => {
    const runbook = site.open('An SSO secret leaked')
    write('new-secret.txt', 'the-new-secret-of-the-sso-messages')
    const verified = async (secret: string) => {
      const { authorization, body } = site.app.messages.at(-1) ?? {}
      const trust = { audience: site.broker().destinationId, secret }
      return verifySsoMessage({ authorization, body }, trust)
    }

    await runbook.step('secret set sso')
    runbook.done()
    site.advance(FOLLOWED_SECONDS)
    await site.launch()
    expect((await verified('the-new-secret-of-the-sso-messages')).claims.aud).toBe(
      site.broker().destinationId,
    )
    await expect(verified(SSO_SECRET)).rejects.toMatchObject({ code: 'token_invalid' })
    await site.broker().operate(['sessions', 'end-all', '--every-connection'])
    await site.broker().stack.tick()
  })

  it('of a role in other hands: every token is revoked before the key that opens them goes', async () => {
    const runbook = site.open('A function’s role is in other hands')
    const sessions = [await site.launch(), await site.launch()]
    const before = new Set(site.revoked()).size

    await runbook.step('--every-connection')
    await site.broker().stack.tick()
    expect(new Set(site.revoked()).size).toBe(before + sessions.length)
    await runbook.step('sealingKeys=2')
    runbook.done()

    for (const session of sessions) expect(await site.read(session)).toBe(403)
    expect(await site.read(await site.launch())).toBe(200)
  })
})
