import { verify, X509Certificate } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { entryOf } from '#core/entry-of.ts'
import type { SignRsaSha256 } from './certificate.ts'
import { fromBase64, MAX_BYTES, plainXmlOf } from './decode-message.ts'
import { refused } from './refuse.ts'
import type { SamlSettings } from './saml-settings.ts'
import type { Markup } from './write-xml.ts'

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const HASHES: Readonly<Record<string, string>> = {
  [RSA_SHA256]: 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': 'sha512',
  'http://www.w3.org/2000/09/xmldsig#rsa-sha1': 'sha1',
}

export type MessageParameter = 'SAMLRequest' | 'SAMLResponse'

/**
 * The address that carries a message by the redirect binding, signed with RSA and SHA-256.
 *
 * @param to an address of the provider's; its own query is kept
 * @see [SAML 2.0 Bindings §3.4.4.1](https://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf)
 */
export async function redirectUrl(
  to: string,
  parameter: MessageParameter,
  { markup }: Markup,
  relayState: string | undefined,
  sign: SignRsaSha256,
): Promise<URL> {
  const message = deflateRawSync(markup).toString('base64')
  const signed = octets(parameter, message, relayState, RSA_SHA256, percentEncoded)
  const signature = Buffer.from(await sign(Buffer.from(signed))).toString('base64')
  const url = new URL(to)
  const own = url.search.slice(1)
  url.search = [own, signed, `Signature=${percentEncoded(signature)}`].filter(Boolean).join('&')
  return url
}

/**
 * The XML of a message that came by the redirect binding, its signature verified.
 *
 * What was signed is the query as the sender encoded it, which API Gateway does not pass on; so the
 * ways in which senders encode are tried. All of them say the same.
 *
 * @param query decoded
 * @throws BrokerError `saml_response_invalid`
 */
export function verifiedRedirect(
  query: URLSearchParams,
  parameter: MessageParameter,
  { idp, allowSha1 = false }: Pick<SamlSettings, 'idp' | 'allowSha1'>,
): string {
  const message = only(query, parameter)
  const algorithm = only(query, 'SigAlg')
  const signature = only(query, 'Signature')
  const relayState = query.has('RelayState') ? only(query, 'RelayState') : undefined
  if (algorithm === undefined || signature === undefined) throw refused('signature_missing')
  if (message === undefined) throw refused('body_invalid')

  const hash = entryOf(HASHES, algorithm)
  if (!hash || (hash === 'sha1' && !allowSha1)) throw refused('algorithm_refused')
  const signatureBytes = fromBase64(signature)
  const keys = idp.certificates.map(
    (certificate) => new X509Certificate(Buffer.from(certificate, 'base64')).publicKey,
  )
  const isVerified = ENCODINGS.map((encode) =>
    Buffer.from(octets(parameter, message, relayState, algorithm, encode)),
  ).some((signed) => keys.some((key) => verify(hash, signed, key, signatureBytes)))
  if (!isVerified) throw refused('signature_invalid')
  return plainXmlOf(inflated(fromBase64(message)))
}

function only(query: URLSearchParams, name: string): string | undefined {
  const [value, another] = query.getAll(name)
  if (another !== undefined) throw refused('body_invalid')
  return value
}

function inflated(bytes: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_BYTES })
  } catch (cause) {
    throw refused('body_invalid', cause)
  }
}

function octets(
  parameter: MessageParameter,
  message: string,
  relayState: string | undefined,
  algorithm: string,
  encode: (value: string) => string,
): string {
  return [
    [parameter, message],
    ...(relayState === undefined ? [] : [['RelayState', relayState]]),
    ['SigAlg', algorithm],
  ]
    .map(([name, value = '']) => `${name}=${encode(value)}`)
    .join('&')
}

/** RFC 3986: everything but the unreserved characters. */
function percentEncoded(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** As most encode; as .NET does; as forms are encoded. */
const ENCODINGS: readonly ((value: string) => string)[] = [
  percentEncoded,
  (value) => percentEncoded(value).replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase()),
  encodeURIComponent,
  (value) => new URLSearchParams([['', value]]).toString().slice(1),
]
