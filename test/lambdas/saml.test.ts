import { verify, X509Certificate } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { nodeSamlXml } from '#adapters/node-saml/saml-xml.ts'
import { serviceProvider } from '#core/saml/saml-settings.ts'
import { samlSignOnKeys } from '#core/saml/sign-on-keys.ts'
import type { HttpResponse } from '#http/http-handler.ts'
import { givenSamlDoor } from '../support/saml/door.ts'
import {
  ACS,
  AUTHN,
  assertion,
  at,
  BASE,
  confirmation,
  confirmationData,
  encode,
  GOOD_DATA,
  NOW,
  RESPONSE_ATTRIBUTES,
  response,
  SP,
  sign,
} from '../support/saml/messages.ts'
import { honest, ours } from '../support/saml/service-provider.ts'

const form = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString()

/** Our request, as the provider reads it. */
async function read({ headers }: HttpResponse) {
  const url = new URL(String(headers?.['location']))
  const text = inflateRawSync(
    Buffer.from(url.searchParams.get('SAMLRequest') ?? '', 'base64'),
  ).toString()
  return { url, request: await nodeSamlXml.parse(text) }
}

/** A sign-on up to the provider, and what it would answer. */
async function begun(door: ReturnType<typeof givenSamlDoor>, lifetime = 300) {
  const login = await door.call('login')
  const { url, request } = await read(login)
  const id = request.attributes.get('ID') ?? ''
  const data = GOOD_DATA.replace('_request', id)
  const inside = assertion({ confirmations: confirmation(confirmationData(data)) })
  const message = response(sign(inside.replaceAll(at(300), at(lifetime)), 'Assertion', honest), {
    attributes: RESPONSE_ATTRIBUTES.replace('_request', id),
  })
  const [cookie = ''] = String(login.multiValueHeaders?.['set-cookie']?.[0]).split(';')
  return { id, cookie, message, relayState: url.searchParams.get('RelayState') ?? '' }
}

const unsolicited = response(
  sign(
    assertion({
      confirmations: confirmation(confirmationData(GOOD_DATA.replace(/InResponseTo="\w*"/, ''))),
    }),
    'Assertion',
    honest,
  ),
  { attributes: RESPONSE_ATTRIBUTES.replace(/ InResponseTo="[^"]*"/, '') },
)

describe('metadata', () => {
  it('says who we are, where, and by which keys (SA-20)', async () => {
    const { body, headers } = await givenSamlDoor().call('metadata')
    const entity = await nodeSamlXml.parse(body.replace(/^<\?xml[^>]*\?>\n/, '').trim())
    const [role] = entity.children

    expect(headers?.['content-type']).toBe('application/samlmetadata+xml')
    expect(entity.attributes.get('entityID')).toBe(SP)
    expect(Object.fromEntries(role?.attributes ?? [])).toEqual({
      AuthnRequestsSigned: 'true',
      WantAssertionsSigned: 'true',
      protocolSupportEnumeration: 'urn:oasis:names:tc:SAML:2.0:protocol',
    })
    const certificates = [...body.matchAll(/X509Certificate>([^<]+)</g)].map(
      ([, der = '']) => new X509Certificate(Buffer.from(der, 'base64')),
    )
    expect(certificates.map(({ subject }) => subject)).toEqual([
      'CN=broker.example.org',
      'CN=broker.example.org',
    ])
    expect(certificates[0]?.publicKey.equals(ours.publicKey)).toBe(true)
    expect(body).toContain(`Location="${ACS}" index="0"`)
    // The order of the schema: saml-schema-metadata-2.0.xsd, SSODescriptorType and SPSSODescriptorType.
    expect(role?.children.map(({ name }) => name)).toEqual([
      'KeyDescriptor',
      'KeyDescriptor',
      'NameIDFormat',
      'NameIDFormat',
      'AssertionConsumerService',
    ])
    expect(role?.children[1]?.children.map(({ name }) => name)).toEqual([
      'KeyInfo',
      ...Array(4).fill('EncryptionMethod'),
    ])
  })

  it('offers logout where the provider can be answered', async () => {
    const idp = {
      entityId: 'https://idp.example.org/entity',
      ssoUrl: 'https://idp.example.org/sso',
    }
    const settings = { idp: { ...idp, sloUrl: 'https://idp.example.org/slo', certificates: [] } }

    const { body } = await givenSamlDoor(settings).call('metadata')
    expect(body.match(/<md:SingleLogoutService [^>]*Location="[^"]*\/slo"/g)).toHaveLength(2)
    expect(body).toMatch(
      /<\/md:KeyDescriptor><md:SingleLogoutService [^>]*><md:SingleLogoutService [^>]*><md:NameIDFormat>/,
    )
  })
})

describe('a sign-on that begins here', () => {
  it('goes to the provider with a request that is ours, fresh and signed (SA-01)', async () => {
    const door = givenSamlDoor()
    const { url, request } = await read(await door.call('login'))
    const another = await read(await door.call('login'))

    expect(Object.fromEntries(request.attributes)).toEqual({
      ID: expect.stringMatching(/^_[\w-]{43}$/),
      Version: '2.0',
      IssueInstant: at(0),
      Destination: 'https://idp.example.org/sso',
      AssertionConsumerServiceURL: ACS,
      ProtocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
    })
    expect(request.children.map(({ name, text }) => [name, text])).toEqual([['Issuer', SP]])
    expect(another.request.attributes.get('ID')).not.toBe(request.attributes.get('ID'))
    const [signed = '', signature = ''] = url.search.slice(1).split('&Signature=')
    expect(signed).toMatch(
      /^SAMLRequest=[^&]+&RelayState=[\w-]{8}&SigAlg=http%3A%2F%2Fwww\.w3\.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256$/,
    )
    expect(
      verify(
        'sha256',
        Buffer.from(signed),
        ours.publicKey,
        Buffer.from(decodeURIComponent(signature), 'base64'),
      ),
    ).toBe(true)
  })

  it('ends with a ticket in the browser that has its cookie, and in no other (SA-07)', async () => {
    const door = givenSamlDoor()
    const { cookie, message, relayState } = await begun(door)
    const body = form({ SAMLResponse: encode(message), RelayState: relayState })

    await expect(door.call('acs', { method: 'POST', body })).rejects.toMatchObject({
      code: 'state_browser_mismatch',
    })
    const page = await door.call('acs', { method: 'POST', body, headers: { cookie } })
    expect(page.body).toContain('name="ticket"')
    expect(page.multiValueHeaders).toBeUndefined()
    await expect(
      door.call('acs', { method: 'POST', body, headers: { cookie } }),
    ).rejects.toMatchObject({ code: 'state_used' })
    expect(door.metrics.measures.map((one) => 'outcome' in one && one.outcome)).toEqual([
      'refused',
      'completed',
      'refused',
    ])
  })

  it('is over after ten minutes', async () => {
    let now = NOW
    const door = givenSamlDoor({}, () => now)
    const { cookie, message } = await begun(door, 900)
    now += 600

    const body = form({ SAMLResponse: encode(message) })
    await expect(
      door.call('acs', { method: 'POST', body, headers: { cookie } }),
    ).rejects.toMatchObject({ code: 'state_expired' })
  })

  it('may lose its RelayState, and not get another’s (SA-14)', async () => {
    const door = givenSamlDoor()
    const [one, other] = [await begun(door), await begun(door)]
    const bring = ({ cookie, message }: typeof one, relayState: string) =>
      door.call('acs', {
        method: 'POST',
        body: form({ SAMLResponse: encode(message), RelayState: relayState }),
        headers: { cookie },
      })

    await expect(bring(one, 'https://evil.example/')).rejects.toMatchObject({
      code: 'saml_response_invalid',
      detail: { reason: 'relay_state_invalid' },
    })
    expect((await bring(other, '')).statusCode).toBe(200)
  })
})

describe('the assertion consumer service', () => {
  it('binds a browser that brings what nobody asked for, and goes to no RelayState (SA-14)', async () => {
    const door = givenSamlDoor({ idpInitiated: true })
    const page = await door.call('acs', {
      method: 'POST',
      body: form({ SAMLResponse: encode(unsolicited), RelayState: 'https://evil.example/' }),
    })

    expect(page.statusCode).toBe(200)
    expect(JSON.stringify(page)).not.toContain('evil.example')
    expect(page.multiValueHeaders?.['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-sp-[\w-]{8}=[\w-]{43}; /),
    ])
  })

  it('leaves a session for the connection’s own access, found by the sign-on and over when that is (SA-13)', async () => {
    const door = givenSamlDoor({ idpInitiated: true }, () => NOW, 'system')
    const until = AUTHN.replace('SessionIndex', `SessionNotOnOrAfter="${at(900)}" SessionIndex`)
    const confirmations = confirmation(
      confirmationData(GOOD_DATA.replace(/InResponseTo="\w*"/, '')),
    )
    const message = response(
      sign(assertion({ confirmations, authn: until }), 'Assertion', honest),
      {
        attributes: RESPONSE_ATTRIBUTES.replace(/ InResponseTo="[^"]*"/, ''),
      },
    )
    await door.call('acs', { method: 'POST', body: form({ SAMLResponse: encode(message) }) })

    expect(door.keptSessions()).toMatchObject([
      {
        expiresAt: NOW + 900,
        ...samlSignOnKeys({
          idp: 'https://idp.example.org/entity',
          own: serviceProvider(BASE, 'hospital'),
          nameId: {
            value: 'dr.okafor',
            format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
          },
          sessionIndex: '_session',
        }),
      },
    ])
    expect(door.told).toMatchObject([{ type: 'session.created' }])
  })

  it.each([
    ['two SAMLResponse', `SAMLResponse=${encodeURIComponent(encode(unsolicited))}&SAMLResponse=x`],
    ['two RelayState', `SAMLResponse=x&RelayState=a&RelayState=b`],
    ['none', 'RelayState=a'],
  ])('refuses a form with %s (SA-02)', async (_, body) => {
    const door = givenSamlDoor({ idpInitiated: true })
    await expect(door.call('acs', { method: 'POST', body })).rejects.toMatchObject({
      code: 'saml_response_invalid',
    })
  })

  it('takes a navigation with a form, and nothing else (SA-02)', async () => {
    const door = givenSamlDoor({ idpInitiated: true })
    const body = form({ SAMLResponse: encode(unsolicited) })
    const headers = { 'sec-fetch-mode': 'cors' }

    await expect(door.call('acs', { method: 'POST', body, headers })).rejects.toMatchObject({
      code: 'navigation_required',
    })
    await expect(
      door.call('acs', { method: 'POST', body, headers: { 'content-type': 'text/xml' } }),
    ).rejects.toMatchObject({ code: 'request_body_invalid' })
  })

  it('looks at no other field of the form: nothing has signed it (SA-30)', async () => {
    const mapping = { user: { subject: 'NameID' }, patient: { fhirId: 'patient' } }
    const door = givenSamlDoor({ idpInitiated: true, mapping })
    const page = await door.call('acs', {
      method: 'POST',
      body: form({ SAMLResponse: encode(unsolicited), patient: 'pat-9' }),
    })

    expect(page.statusCode).toBe(200)
    expect(JSON.stringify([page, door.log.lines])).not.toContain('pat-9')
  })

  it('says, and counts, that a signature was SHA-1, or that metadata is past its time (SA-15, SA-16)', async () => {
    const idp = {
      entityId: 'https://idp.example.org/entity',
      ssoUrl: 'https://idp.example.org/sso',
      certificates: [honest.certificate],
      metadataValidUntil: new Date(NOW * 1000).toISOString(),
    }
    const door = givenSamlDoor({ idpInitiated: true, allowSha1: true, idp })
    const inside = assertion({
      confirmations: confirmation(confirmationData(GOOD_DATA.replace(/InResponseTo="\w*"/, ''))),
    })
    const message = response(sign(inside, 'Assertion', honest, { signatureAlgorithm: 'sha1' }), {
      attributes: RESPONSE_ATTRIBUTES.replace(/ InResponseTo="[^"]*"/, ''),
    })
    await door.call('acs', { method: 'POST', body: form({ SAMLResponse: encode(message) }) })

    expect(
      door.log.lines.filter(({ level }) => level === 'warn').map(({ event }) => event),
    ).toEqual(['saml_metadata_expired', 'saml_sha1_accepted'])
    const weaknesses = door.metrics.measures.filter(({ name }) => name === 'SamlWeaknesses')
    expect(weaknesses.map((one) => 'reason' in one && one.reason)).toEqual([
      'metadata_expired',
      'sha1',
    ])
  })
})
