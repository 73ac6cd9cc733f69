import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { verifySsoMessage, verifyWebhook } from '#client/index.ts'
import { CLIENT_SECRET, SSO_SECRET, WEBHOOK_SECRET } from '../flow/given-broker.ts'
import { plainBrowser } from '../support/browser.ts'
import { addConnection } from '../support/runbooks/add-connection.ts'
import { givenSite } from '../support/runbooks/given-site.ts'
import { hmacQuery } from '../support/signed-links.ts'

/** Functions read secrets anew after five minutes; every access token is over sooner. */
const FOLLOWED_SECONDS = 301
const LINK_SECRET = 'the-former-secret-of-the-links'

const NEW = {
  client: 'the-new-secret-of-the-client',
  sso: 'the-new-secret-of-the-sso-messages',
  webhook: `whsec_${Buffer.from('the-new-secret-of-the-webhooks!!').toString('base64')}`,
  link: 'the-new-secret-of-the-links',
}

const site = await givenSite({
  authentication: 'client_secret_basic',
  webhook: {},
  ehr: { clientSecret: CLIENT_SECRET, accessTokenSeconds: 300 },
})
afterAll(() => site.close())

beforeAll(async () => {
  await site.broker().operate(['secret', 'set', 'link', 'general'], LINK_SECRET)
  await addConnection(site.broker(), {
    id: 'general-links',
    environment: 'Staging',
    fhirAuthority: 'none',
    signOn: {
      scheme: 'signed-link',
      link: { format: 'hmac', secretRef: 'general' },
      mapping: { user: { subject: 'user', name: 'name' } },
    },
  })
})

/** The runbook, for a secret of one kind. */
function rotation(kind: keyof typeof NEW, ref: string, title = 'Rotate a secret') {
  writeFileSync(join(site.folder, 'new-secret.txt'), `${NEW[kind]}\n`)
  return site.open(title, {
    'secret set client general': `secret set ${kind} ${ref}`,
    'secret retire client general': `secret retire ${kind} ${ref}`,
    'client-secrets/general': `${kind}-secrets/${ref}`,
  })
}

/** The secrets that the EHR was shown since then. */
const shownSince = (from: number) =>
  site.ehr.tokenRequests.slice(from).map(({ headers }) => {
    const [, encoded = ''] = (headers.authorization ?? '').split(' ')
    return decodeURIComponent(Buffer.from(encoded, 'base64').toString().split(':')[1] ?? '')
  })

describe('the runbook of a secret', () => {
  it('that a client has at its EHR: both are good, then the new one, and nobody is signed off', async () => {
    const runbook = rotation('client', 'general')
    const session = await site.launch()
    const renewal = async () => {
      site.advance(FOLLOWED_SECONDS)
      expect(await site.read(session)).toBe(200)
    }

    await runbook.step('secret set')
    await renewal()
    site.ehr.changeSecret(NEW.client)
    await renewal()
    await runbook.step('status')
    await runbook.step('secret retire')
    runbook.done()

    site.advance(FOLLOWED_SECONDS)
    const from = site.ehr.tokenRequests.length
    await renewal()
    expect(new Set(shownSince(from))).toEqual(new Set([NEW.client]))
  })

  it('that signs SSO messages: an app that takes both takes every message', async () => {
    const runbook = rotation('sso', 'heartline')
    const signedBy = async (...secrets: [string, ...string[]]) => {
      await site.launch()
      const { authorization, body } = site.app.messages.at(-1) ?? {}
      const trust = { audience: site.broker().destinationId, secret: secrets }
      return verifySsoMessage({ authorization, body }, trust).then(
        () => true,
        () => false,
      )
    }

    expect(await signedBy(SSO_SECRET)).toBe(true)
    await runbook.step('secret set')
    expect(await signedBy(SSO_SECRET, NEW.sso)).toBe(true)
    site.advance(FOLLOWED_SECONDS)
    expect(await signedBy(NEW.sso)).toBe(true)
    await runbook.step('status')
    await runbook.step('secret retire')
    runbook.done()
    site.advance(FOLLOWED_SECONDS)
    expect(await signedBy(NEW.sso)).toBe(true)
  })

  it('that signs webhooks: either is good until the former is retired', async () => {
    const runbook = rotation('webhook', 'heartline')
    const signedBy = async () => {
      const before = site.app.webhooks.length
      await site.launch()
      await vi.waitFor(() => expect(site.app.webhooks.length).toBeGreaterThan(before), 60_000)
      const seen = site.app.webhooks.at(-1)
      if (!seen) throw new Error('no webhook')
      const good = await Promise.all(
        [WEBHOOK_SECRET, NEW.webhook].map((secret) =>
          verifyWebhook(seen, { secret, now: () => Date.now() }).then(
            () => true,
            () => false,
          ),
        ),
      )
      return { former: good[0], new: good[1] }
    }

    expect(await signedBy()).toEqual({ former: true, new: false })
    await runbook.step('secret set')
    site.advance(FOLLOWED_SECONDS)
    expect(await signedBy()).toEqual({ former: true, new: true })
    await runbook.step('status')
    await runbook.step('secret retire')
    runbook.done()
    site.advance(FOLLOWED_SECONDS)
    expect(await signedBy()).toEqual({ former: false, new: true })
  })

  it('that signs an EHR’s links: links by either are taken until the former is retired', async () => {
    const runbook = rotation('link', 'general')
    let links = 0
    const opened = async (secret: string) => {
      links += 1
      const said = { user: 'ada', nonce: `${links}`, ts: `${Math.floor(Date.now() / 1000)}` }
      const page = await plainBrowser().submit({
        action: `${site.broker().base}/launch/general-links`,
        fields: { signed_query: hmacQuery(secret, said) },
      })
      return page.text.includes('name="ticket"')
    }

    await runbook.step('secret set')
    site.advance(FOLLOWED_SECONDS)
    expect([await opened(LINK_SECRET), await opened(NEW.link)]).toEqual([true, true])
    await runbook.step('status')
    await runbook.step('secret retire')
    runbook.done()
    site.advance(FOLLOWED_SECONDS)
    expect([await opened(LINK_SECRET), await opened(NEW.link)]).toEqual([false, true])
  })
})
