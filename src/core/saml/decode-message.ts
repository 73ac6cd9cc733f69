import { requirePlainXml } from './plain-xml.ts'
import { refused } from './refuse.ts'

/** The longest message that is read, in bytes of XML: thirty times what providers send. */
export const MAX_BYTES = 192 * 1024

/** A text may be broken into lines (RFC 2045), and nothing else may stand in it. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/**
 * The XML of a `SAMLResponse` or `SAMLRequest` as the POST binding carries it (SA-02, SA-03).
 *
 * @throws BrokerError `saml_response_invalid`
 * @see [SAML 2.0 Bindings §3.5.4](https://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf)
 */
export function decodePosted(parameter: string): string {
  if (parameter.length > (MAX_BYTES * 3) / 2) throw refused('too_large')
  return plainXmlOf(fromBase64(parameter))
}

/** The bytes of a base64 text that has nothing else in it. */
export function fromBase64(parameter: string): Uint8Array {
  const text = parameter.replace(/[\r\n\t ]+/g, '')
  if (text === '' || !BASE64.test(text)) throw refused('not_base64')
  return Buffer.from(text, 'base64')
}

/** The checked XML that bytes are the UTF-8 of. */
export function plainXmlOf(bytes: Uint8Array): string {
  if (bytes.byteLength > MAX_BYTES) throw refused('too_large')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw refused('not_utf8', cause)
  }
  return requirePlainXml(text)
}
