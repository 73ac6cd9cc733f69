import { createSign, verify } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { nodeSamlXml } from '#adapters/node-saml/saml-xml.ts'
import { serviceProvider } from '#core/saml/saml-settings.ts'
import { samlSignOnKeys } from '#core/saml/sign-on-keys.ts'
import { givenSamlDoor } from '../support/saml/door.ts'
import type { IdpKey } from '../support/saml/keys.ts'
import { at, BASE, encode, IDP, NAME_ID, SP, sign } from '../support/saml/messages.ts'
import { honest, ours, stranger } from '../support/saml/service-provider.ts'

const SLO = `${BASE}/saml/hospital/slo`
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const own = serviceProvider(BASE, 'hospital')
const nameId = {
  value: 'dr.okafor',
  format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
}

const idp = {
  entityId: IDP,
  ssoUrl: 'https://idp.example.org/sso',
  sloUrl: 'https://idp.example.org/slo?tenant=7',
  certificates: [honest.certificate],
}

function logoutRequest({
  attributes = '',
  issuer = IDP,
  destination = SLO,
  issued = at(-5),
  indexes = ['_session'],
}: {
  readonly attributes?: string
  readonly issuer?: string
  readonly destination?: string
  readonly issued?: string
  readonly indexes?: readonly string[]
} = {}) {
  const sessions = indexes.map((index) => `<samlp:SessionIndex>${index}</samlp:SessionIndex>`)
  return `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_logout" Version="2.0" IssueInstant="${issued}" Destination="${destination}" ${attributes}><saml:Issuer>${issuer}</saml:Issuer>${NAME_ID}${sessions.join('')}</samlp:LogoutRequest>`
}

type Encode = (value: string) => string

/** The query of a signed message, decoded, as API Gateway gives it to the function. */
function signedQuery(
  xml: string,
  {
    key = honest,
    encodes = encodeURIComponent,
    relayState = 'r s+1',
  }: { key?: IdpKey; encodes?: Encode; relayState?: string } = {},
) {
  const query = {
    SAMLRequest: deflateRawSync(xml).toString('base64'),
    RelayState: relayState,
    SigAlg: RSA_SHA256,
  }
  const signed = Object.entries(query)
    .map(([name, value]) => `${name}=${encodes(value)}`)
    .join('&')
  return {
    ...query,
    Signature: createSign('sha256').update(signed).sign(key.privateKey).toString('base64'),
  }
}

const refusal = (reason: string) => ({ code: 'saml_logout_invalid', detail: { reason } })

describe('a logout request of the provider', () => {
  it('ends the sessions of the sign-on that it names, tells their apps, and is answered (SA-21)', async () => {
    const door = givenSamlDoor({ idp })

    const { statusCode, headers } = await door.call('slo', { query: signedQuery(logoutRequest()) })

    expect(door.searched).toEqual([
      samlSignOnKeys({ idp: IDP, own, nameId, sessionIndex: '_session' }),
    ])
    expect(door.ended).toEqual(['session-1'])
    expect(door.told).toMatchObject([
      { type: 'session.ended', reason: 'logout', session: 'session-1', app: 'heartline' },
    ])
    const url = new URL(String(headers?.['location']))
    expect([statusCode, url.origin + url.pathname]).toEqual([303, 'https://idp.example.org/slo'])
    expect(url.searchParams.get('tenant')).toBe('7')
    expect(url.searchParams.get('RelayState')).toBe('r s+1')
    const answer = await nodeSamlXml.parse(
      inflateRawSync(Buffer.from(url.searchParams.get('SAMLResponse') ?? '', 'base64')).toString(),
    )
    expect([answer.name, Object.fromEntries(answer.attributes)]).toEqual([
      'LogoutResponse',
      {
        ID: expect.stringMatching(/^_[\w-]{43}$/),
        Version: '2.0',
        IssueInstant: at(0),
        Destination: idp.sloUrl,
        InResponseTo: '_logout',
      },
    ])
    const [issuer, status] = answer.children
    expect([issuer?.name, issuer?.text, status?.name]).toEqual(['Issuer', SP, 'Status'])
    expect(status?.children.map(({ attributes }) => attributes.get('Value'))).toEqual([
      'urn:oasis:names:tc:SAML:2.0:status:Success',
    ])
  })

  it('is answered by a response that is signed by our key, its RelayState too (SA-21)', async () => {
    const { headers } = await givenSamlDoor({ idp }).call('slo', {
      query: signedQuery(logoutRequest()),
    })
    const { search } = new URL(String(headers?.['location']))

    const [, signed = '', signature = ''] =
      /&(SAMLResponse=[^&]+&RelayState=r%20s%2B1&SigAlg=[^&]+)&Signature=([^&]+)$/.exec(search) ??
      []
    expect(signed).toContain(`SigAlg=${encodeURIComponent(RSA_SHA256)}`)
    const bytes = Buffer.from(decodeURIComponent(signature), 'base64')
    expect(verify('sha256', Buffer.from(signed), ours.publicKey, bytes)).toBe(true)
  })

  it('of no session ends all of the person; of several, those', async () => {
    const door = givenSamlDoor({ idp })
    await door.call('slo', { query: signedQuery(logoutRequest({ indexes: [] })) })
    const other = logoutRequest({ indexes: ['_a', '_b'] }).replace('_logout', '_other')
    await door.call('slo', { query: signedQuery(other) })

    expect(door.searched).toEqual(
      [undefined, '_a', '_b'].map((sessionIndex) =>
        samlSignOnKeys({ idp: IDP, own, nameId, sessionIndex }),
      ),
    )
  })

  it('may come by POST, signed inside', async () => {
    const door = givenSamlDoor({ idp })
    const message = sign(logoutRequest(), 'LogoutRequest', honest)
    const body = new URLSearchParams({ SAMLRequest: encode(message) }).toString()

    expect((await door.call('slo', { method: 'POST', body })).statusCode).toBe(303)
    expect(door.ended).toEqual(['session-1'])
  })

  it('is verified however its sender encodes a query', async () => {
    const lower: Encode = (value) =>
      encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase())
    const asForm: Encode = (value) => new URLSearchParams({ x: value }).toString().slice(2)

    for (const encodes of [encodeURIComponent, lower, asForm]) {
      const door = givenSamlDoor({ idp })
      await door.call('slo', { query: signedQuery(logoutRequest(), { encodes }) })
      expect(door.ended).toHaveLength(1)
    }
  })

  it('is answered by a page where the registry has no address for an answer', async () => {
    const { sloUrl: _, ...silent } = idp
    const door = givenSamlDoor({ idp: silent })
    const page = await door.call('slo', { query: signedQuery(logoutRequest()) })

    expect([page.statusCode, door.ended.length]).toEqual([200, 1])
    expect(page.body).toContain('You are signed off')
  })

  it.each([
    ['of another issuer', logoutRequest({ issuer: 'https://other.example.org' }), 'issuer_invalid'],
    ['for another address', logoutRequest({ destination: `${SLO}x` }), 'destination_invalid'],
    ['of six minutes ago', logoutRequest({ issued: at(-361) }), 'too_late'],
    ['from the future', logoutRequest({ issued: at(61) }), 'too_early'],
    [
      'past its NotOnOrAfter',
      logoutRequest({ attributes: `NotOnOrAfter="${at(-60)}"` }),
      'too_late',
    ],
    ['with a DOCTYPE', `<!DOCTYPE x>${logoutRequest()}`, 'xml_not_plain'],
    [
      'that is a response',
      logoutRequest().replaceAll('LogoutRequest', 'LogoutResponse'),
      'message_type_invalid',
    ],
  ])('%s ends nothing', async (_, message, reason) => {
    const door = givenSamlDoor({ idp })

    await expect(door.call('slo', { query: signedQuery(message) })).rejects.toMatchObject(
      refusal(reason),
    )
    expect(door.ended).toEqual([])
  })

  it.each([
    ['nobody', { Signature: [] }, 'signature_missing'],
    ['somebody else', signedQuery(logoutRequest(), { key: stranger }), 'signature_invalid'],
    ['the provider, for another RelayState', { RelayState: 'other' }, 'signature_invalid'],
    [
      'a key that the query names',
      { SigAlg: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1' },
      'algorithm_refused',
    ],
    ['SHA-1', { SigAlg: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }, 'algorithm_refused'],
    ['what every object has', { SigAlg: 'constructor' }, 'algorithm_refused'],
    ['the provider, twice', { SigAlg: [RSA_SHA256, RSA_SHA256] }, 'body_invalid'],
  ])('that is signed by %s ends nothing (SA-21)', async (_, changed, reason) => {
    const door = givenSamlDoor({ idp })
    const query = { ...signedQuery(logoutRequest()), ...changed }

    await expect(door.call('slo', { query })).rejects.toMatchObject(refusal(reason))
    expect(door.ended).toEqual([])
  })

  it('that comes by POST without a signature ends nothing (SA-21)', async () => {
    const door = givenSamlDoor({ idp })
    const body = new URLSearchParams({ SAMLRequest: encode(logoutRequest()) }).toString()

    await expect(door.call('slo', { method: 'POST', body })).rejects.toMatchObject(
      refusal('signature_missing'),
    )
  })

  it('is taken once', async () => {
    const door = givenSamlDoor({ idp })
    const query = signedQuery(logoutRequest())
    await door.call('slo', { query })

    await expect(door.call('slo', { query })).rejects.toMatchObject(refusal('replayed'))
    expect(door.ended).toHaveLength(1)
  })

  it('that inflates to more than a message has is not inflated', async () => {
    const door = givenSamlDoor({ idp })
    const query = signedQuery(logoutRequest().replace('dr.okafor', 'x'.repeat(5_000_000)))

    await expect(door.call('slo', { query })).rejects.toMatchObject(refusal('body_invalid'))
  })
})
