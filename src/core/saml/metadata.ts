import { BINDING, FORMAT, NS } from './names.ts'
import type { SamlCertificates } from './saml-keys.ts'
import type { SamlSettings, ServiceProvider } from './saml-settings.ts'
import { type Markup, xml } from './write-xml.ts'

/**
 * What an identity provider has to know of us, for its administrator to import (SA-20).
 *
 * @see [SAML 2.0 Metadata §2.4.4](https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf)
 */
export function serviceProviderMetadata(
  own: ServiceProvider,
  { signed, idp }: Pick<SamlSettings, 'signed' | 'idp'>,
  { signing, encryption }: SamlCertificates,
): string {
  const wantsAssertionsSigned = String(signed !== 'response')
  const { markup } =
    xml`<md:EntityDescriptor xmlns:md="${NS.metadata}" entityID="${own.entityId}"><md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="${wantsAssertionsSigned}" protocolSupportEnumeration="${NS.protocol}">${signing.map(signingKey)}<md:KeyDescriptor use="encryption">${keyInfo(encryption)}${encryptionMethods()}</md:KeyDescriptor>${idp.sloUrl === undefined ? [] : logoutServices(own)}<md:NameIDFormat>${FORMAT.persistent}</md:NameIDFormat><md:NameIDFormat>${FORMAT.unspecified}</md:NameIDFormat><md:AssertionConsumerService Binding="${BINDING.post}" Location="${own.acsUrl}" index="0" isDefault="true"/></md:SPSSODescriptor></md:EntityDescriptor>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n${markup}\n`
}

function signingKey(certificate: string): Markup {
  return xml`<md:KeyDescriptor use="signing">${keyInfo(certificate)}</md:KeyDescriptor>`
}

function keyInfo(certificate: string): Markup {
  return xml`<ds:KeyInfo xmlns:ds="${NS.signature}"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`
}

/** What KMS unwraps, and the ciphers that say by themselves whether they were changed; best first. */
function encryptionMethods(): readonly Markup[] {
  return [
    xml`<md:EncryptionMethod Algorithm="${`${NS.encryption11}aes256-gcm`}"/>`,
    xml`<md:EncryptionMethod Algorithm="${`${NS.encryption11}aes128-gcm`}"/>`,
    xml`<md:EncryptionMethod Algorithm="${`${NS.encryption11}rsa-oaep`}"><ds:DigestMethod xmlns:ds="${NS.signature}" Algorithm="${`${NS.encryption}sha256`}"/><xenc11:MGF xmlns:xenc11="${NS.encryption11}" Algorithm="${`${NS.encryption11}mgf1sha256`}"/></md:EncryptionMethod>`,
    xml`<md:EncryptionMethod Algorithm="${`${NS.encryption}rsa-oaep-mgf1p`}"/>`,
  ]
}

function logoutServices({ sloUrl }: ServiceProvider): readonly Markup[] {
  return [BINDING.redirect, BINDING.post].map(
    (binding) => xml`<md:SingleLogoutService Binding="${binding}" Location="${sloUrl}"/>`,
  )
}
