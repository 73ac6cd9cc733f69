import { NS } from './names.ts'
import { refused } from './refuse.ts'
import { childrenOf, isElement, simpleText, type XmlElement } from './xml-element.ts'

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

const SIGNATURES: ReadonlySet<string> = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
])
const DIGESTS: ReadonlySet<string> = new Set([
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
])
const SHA1_SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'
const SHA1_DIGEST = 'http://www.w3.org/2000/09/xmldsig#sha1'

/**
 * Holds a signature to the one form that providers use, before any of it is computed: one
 * `SignedInfo` with one reference to the element that it stands in, exclusive canonicalization, and an
 * algorithm of the list. So no HMAC with a public key, no XSLT or XPath, no other document, and no
 * `Object` to hide in (SA-16, SX-8, SX-11).
 *
 * @param id the `ID` of the element that the signature stands in
 * @returns whether SHA-1 is in it
 * @throws BrokerError `saml_response_invalid`
 */
export function checkSignatureForm(
  signature: XmlElement,
  id: string,
  { allowSha1 = false }: { readonly allowSha1?: boolean | undefined } = {},
): { readonly usesSha1: boolean } {
  const [info, value, keyInfo, ...more] = signature.children
  if (
    !info ||
    !value ||
    more.length > 0 ||
    !isElement(info, NS.signature, 'SignedInfo') ||
    !isElement(value, NS.signature, 'SignatureValue') ||
    !simpleText(value) ||
    (keyInfo && !isElement(keyInfo, NS.signature, 'KeyInfo'))
  ) {
    throw refused('signature_form_invalid')
  }
  const [canonicalization, method, reference, ...others] = info.children
  if (!canonicalization || !method || !reference || others.length > 0) {
    throw refused('signature_form_invalid')
  }
  requireName(canonicalization, 'CanonicalizationMethod')
  requireName(method, 'SignatureMethod')
  requireName(reference, 'Reference')
  if (reference.attributes.get('URI') !== `#${id}`) throw refused('signature_form_invalid')

  const [transforms, digest, digestValue, ...rest] = reference.children
  if (!transforms || !digest || !digestValue || rest.length > 0) {
    throw refused('signature_form_invalid')
  }
  requireName(transforms, 'Transforms')
  requireName(digest, 'DigestMethod')
  requireName(digestValue, 'DigestValue')
  if (!simpleText(digestValue)) throw refused('signature_form_invalid')
  const steps = childrenOf(transforms, NS.signature, 'Transform')
  if (
    steps.length !== transforms.children.length ||
    steps.map(algorithmOf).join(' ') !== `${ENVELOPED} ${EXCLUSIVE}` ||
    algorithmOf(canonicalization) !== EXCLUSIVE
  ) {
    throw refused('algorithm_refused')
  }

  const usesSha1 = algorithmOf(method) === SHA1_SIGNATURE || algorithmOf(digest) === SHA1_DIGEST
  const isListed = (algorithm: string, list: ReadonlySet<string>, sha1: string) =>
    list.has(algorithm) || (allowSha1 && algorithm === sha1)
  if (
    method.children.length > 0 ||
    !isListed(algorithmOf(method), SIGNATURES, SHA1_SIGNATURE) ||
    !isListed(algorithmOf(digest), DIGESTS, SHA1_DIGEST)
  ) {
    throw refused('algorithm_refused')
  }
  return { usesSha1 }
}

function requireName(element: XmlElement, name: string): void {
  if (!isElement(element, NS.signature, name)) throw refused('signature_form_invalid')
}

function algorithmOf(element: XmlElement): string {
  return element.attributes.get('Algorithm') ?? ''
}
