import { BrokerError } from '#core/errors.ts'
import { BINDING, NS } from './names.ts'
import { requirePlainXml } from './plain-xml.ts'
import type { SamlIdentityProvider } from './saml-settings.ts'
import type { SamlXml } from './saml-xml.ts'
import { childrenOf, everyElement, isElement, simpleText, type XmlElement } from './xml-element.ts'

/** What is wrong with a metadata document, for the person who imports it. */
export class MetadataProblem extends Error {
  override readonly name = 'MetadataProblem'
}

/**
 * The one identity provider of a metadata document. Its signature, if it has one, is not looked at:
 * whoever imports it says that it comes from the provider.
 *
 * @throws MetadataProblem
 * @see [SAML 2.0 Metadata §2.4.3](https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf)
 */
export async function readIdpMetadata(text: string, xml: SamlXml): Promise<SamlIdentityProvider> {
  const document = await parse(text, xml)
  const entities = everyElement(document).filter(
    (element) => isElement(element, NS.metadata, 'EntityDescriptor') && roleOf(element),
  )
  const [entity, another] = entities
  const role = entity && roleOf(entity)
  if (!role) throw new MetadataProblem('It describes no identity provider (IDPSSODescriptor).')
  if (another) {
    throw new MetadataProblem('It describes several identity providers. Cut it down to the one.')
  }
  const entityId = entity.attributes.get('entityID')
  if (!entityId) throw new MetadataProblem('Its EntityDescriptor has no entityID.')
  const ssoUrl = service(role, 'SingleSignOnService')?.attributes.get('Location')
  if (!ssoUrl) {
    throw new MetadataProblem(
      'Its provider has no SingleSignOnService with the HTTP-Redirect binding. Have it turned on.',
    )
  }
  const certificates = signingCertificates(role)
  if (certificates.length === 0) {
    throw new MetadataProblem('It has no certificate for signing (KeyDescriptor, X509Certificate).')
  }
  const logout = service(role, 'SingleLogoutService')?.attributes
  const sloUrl = logout?.get('ResponseLocation') ?? logout?.get('Location')
  const validUntil = [role, entity, document]
    .map(({ attributes }) => attributes.get('validUntil'))
    .find((time) => time !== undefined)
  return {
    entityId,
    ssoUrl,
    ...(sloUrl && { sloUrl }),
    certificates,
    ...(validUntil && { metadataValidUntil: validUntil }),
  }
}

async function parse(text: string, xml: SamlXml): Promise<XmlElement> {
  try {
    // Written by people, it has comments; nothing of it is compared with another reading.
    return await xml.parse(requirePlainXml(text.replace(/<!--[\s\S]*?-->/g, '')))
  } catch (cause) {
    const why =
      cause instanceof BrokerError ? '' : ` ${cause instanceof Error ? cause.message : ''}`
    throw new MetadataProblem(`It is no XML document, or has a DOCTYPE.${why}`, { cause })
  }
}

function roleOf(entity: XmlElement): XmlElement | undefined {
  return childrenOf(entity, NS.metadata, 'IDPSSODescriptor').find(({ attributes }) =>
    (attributes.get('protocolSupportEnumeration') ?? '').split(/\s+/).includes(NS.protocol),
  )
}

function service(role: XmlElement, name: string): XmlElement | undefined {
  return childrenOf(role, NS.metadata, name).find(
    ({ attributes }) => attributes.get('Binding') === BINDING.redirect,
  )
}

/** Keys that say no use are for both. */
function signingCertificates(role: XmlElement): readonly string[] {
  const certificates = childrenOf(role, NS.metadata, 'KeyDescriptor')
    .filter(({ attributes }) => (attributes.get('use') ?? 'signing') === 'signing')
    .flatMap(everyElement)
    .filter((element) => isElement(element, NS.signature, 'X509Certificate'))
    .flatMap((element) => simpleText(element)?.replace(/\s+/g, '') ?? [])
  return [...new Set(certificates)]
}
