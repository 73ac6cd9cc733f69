import {
  createLocalJWKSet,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeSamlXml } from '#adapters/node-saml/saml-xml.ts'
import { readIdpMetadata } from '#core/saml/read-metadata.ts'
import { formOf, plainBrowser } from '../support/browser.ts'
import { addConnection, editRegistry } from '../support/runbooks/add-connection.ts'
import { givenSite } from '../support/runbooks/given-site.ts'
import { startIdentityProvider } from '../support/saml/identity-provider.ts'

const site = await givenSite()
const idp = await startIdentityProvider()
afterAll(async () => {
  await site.close()
  await idp.close()
})

beforeAll(async () => {
  editRegistry(site.broker(), ({ apps }) => {
    delete apps[0].ssoDestination.secretRef
    apps[0].ssoDestination.signature = 'ES384'
  })
  await addConnection(site.broker(), {
    id: 'general-saml',
    environment: 'Staging',
    fhirAuthority: 'none',
    signOn: {
      scheme: 'saml',
      idp: await readIdpMetadata(await (await fetch(idp.metadataUrl)).text(), nodeSamlXml),
      mapping: { user: { subject: 'NameID' } },
    },
  })
})

describe('the runbook', () => {
  it('of the key of apps’ tokens: each token is taken until the last step, and every new one', async () => {
    const runbook = site.open('Rotate the key of apps’ tokens')
    const session = await site.launch()
    const readWith = async (authorization: string) =>
      (await site.broker().fhir('/Patient/pat-1', { session, authorization })).status
    const kid = (authorization: string) =>
      decodeProtectedHeader(authorization.replace('Bearer ', '')).kid
    const former = await site.broker().appToken()
    expect(await readWith(former)).toBe(200)

    await runbook.step('tokensKeys=2,1')
    const next = await site.broker().appToken()
    expect(kid(next)).not.toBe(kid(former))
    expect([await readWith(former), await readWith(next)]).toEqual([200, 200])

    await runbook.step('tokensKeys=2')
    runbook.done()
    expect([await readWith(former), await readWith(next)]).toEqual([401, 200])
    const { status } = await site.broker().api('/session', { session, authorization: former })
    expect(status).toBe(401)
  })

  it('of the keys of SSO messages: an app that has read the key set takes each message', async () => {
    const runbook = site.open('Rotate the keys of SSO messages')
    const keySet = async (): Promise<JWTVerifyGetKey> => {
      const answer = await fetch(`${site.broker().base}/.well-known/messages-jwks.json`)
      return createLocalJWKSet((await answer.json()) as JSONWebKeySet)
    }
    /** Who signed the message of a launch, which an app with these keys takes. */
    const signer = async (known: JWTVerifyGetKey) => {
      await site.launch()
      const token = site.app.messages.at(-1)?.authorization.replace('Bearer ', '') ?? ''
      const { protectedHeader } = await jwtVerify(token, known, {
        currentDate: new Date(Date.now()),
      })
      return protectedHeader.kid
    }
    const before = await keySet()
    const former = await signer(before)

    await runbook.step('messagesKeys=1,2')
    const both = await keySet()
    expect(await signer(before)).toBe(former)
    await runbook.step('messagesKeys=2,1')
    const next = await signer(both)
    expect(next).not.toBe(former)
    await runbook.step('messagesKeys=2')
    runbook.done()
    expect(await signer(await keySet())).toBe(next)
  })

  it('of the SAML keys: a provider that imports the metadata once signs people on at each step', async () => {
    const runbook = site.open('Rotate the SAML keys')
    const metadata = async () =>
      (await fetch(`${site.broker().base}/saml/general-saml/metadata`)).text()
    /** A sign-on by a request that the provider checks, and an answer that it encrypts. */
    const signsOn = async () => {
      const browser = plainBrowser()
      const answer = await browser.follow(`${site.broker().base}/saml/general-saml/login`)
      if (!answer.text.includes('<form')) return `not taken: ${answer.status}`
      const page = await browser.submit(formOf(answer), { 'sec-fetch-site': 'cross-site' })
      return page.text.includes('name="ticket"') ? 'signed on' : `refused: ${page.status}`
    }
    idp.answer({
      encrypts: true,
      encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    })
    idp.meet(await metadata())
    expect(await signsOn()).toBe('signed on')

    await runbook.step('samlSigningKeys=1,2')
    // The provider has the old metadata still, then the new one.
    expect(await signsOn()).toBe('signed on')
    const imported = await metadata()
    idp.meet(imported)
    expect(await signsOn()).toBe('signed on')

    await runbook.step('samlSigningKeys=2,1')
    // This provider looks at one key alone: the second of those that it has imported is in use now.
    expect(await signsOn()).not.toBe('signed on')
    const [first = '', second = ''] =
      imported.match(/<md:KeyDescriptor use="signing">.*?<\/md:KeyDescriptor>/g) ?? []
    idp.meet(imported.replace(first + second, second + first))
    expect(await signsOn()).toBe('signed on')

    await runbook.step('samlSigningKeys=2')
    runbook.done()
    expect(await signsOn()).toBe('signed on')
  })
})
