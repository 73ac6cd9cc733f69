import { describe, expect, test } from 'vitest'
import { nodeSamlXml } from '#adapters/node-saml/saml-xml.ts'
import { readIdpMetadata } from '#core/saml/read-metadata.ts'

const MD = 'urn:oasis:names:tc:SAML:2.0:metadata'
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

const key = (certificate: string, use = 'use="signing"') =>
  `<md:KeyDescriptor ${use}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>\n  ${certificate}\n </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
const service = (name: string, binding: string, location: string, more = '') =>
  `<md:${name} Binding="${binding}" Location="${location}" ${more}/>`
const role = (inside: string) =>
  `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${inside}</md:IDPSSODescriptor>`
const entity = (inside: string, attributes = '') =>
  `<md:EntityDescriptor xmlns:md="${MD}" entityID="https://idp.example.org/entity" ${attributes}>${inside}</md:EntityDescriptor>`
const SSO = service('SingleSignOnService', REDIRECT, 'https://idp.example.org/sso?a=1&amp;b=2')

const read = (text: string) => readIdpMetadata(text, nodeSamlXml)

describe('a provider’s metadata', () => {
  test('is read whole: addresses, both certificates of a change of keys, its end', async () => {
    const text = entity(
      role(
        key('QUFB\n  QUFB') +
          key('QkJC', '') +
          key('RU5D', 'use="encryption"') +
          service('SingleLogoutService', POST, 'https://idp.example.org/post') +
          service(
            'SingleLogoutService',
            REDIRECT,
            'https://idp.example.org/slo',
            'ResponseLocation="https://idp.example.org/slo/done"',
          ) +
          service('SingleSignOnService', POST, 'https://idp.example.org/post') +
          SSO,
      ),
      'validUntil="2027-06-30T00:00:00Z"',
    )
    expect(await read(`<?xml version="1.0"?>\n<!-- of the IT department -->\n${text}`)).toEqual({
      entityId: 'https://idp.example.org/entity',
      ssoUrl: 'https://idp.example.org/sso?a=1&b=2',
      sloUrl: 'https://idp.example.org/slo/done',
      certificates: ['QUFBQUFB', 'QkJC'],
      metadataValidUntil: '2027-06-30T00:00:00Z',
    })
  })

  test.each([
    ['no XML', 'It is no XML'],
    [
      `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${entity(role(key('QQ==') + SSO))}`,
      'DOCTYPE',
    ],
    [entity('<md:SPSSODescriptor protocolSupportEnumeration="x"/>'), 'no identity provider'],
    [
      entity(role(key('QQ==') + service('SingleSignOnService', POST, 'https://a/'))),
      'HTTP-Redirect',
    ],
    [entity(role(SSO)), 'no certificate'],
    [entity(role(key('QQ==', 'use="encryption"') + SSO)), 'no certificate'],
    [
      `<md:EntitiesDescriptor xmlns:md="${MD}">${entity(role(key('QQ==') + SSO)).repeat(2)}</md:EntitiesDescriptor>`,
      'several',
    ],
  ])('%s is refused with what to do', async (text, says) => {
    await expect(read(text)).rejects.toThrow(says)
  })
})
