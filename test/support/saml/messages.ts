import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import { signXml } from '@node-saml/node-saml/lib/xml.js'
import { samlTime } from '#core/saml/saml-time.ts'
import type { IdpKey } from './keys.ts'

export const IDP = 'https://idp.example.org/entity'
export const BASE = 'https://broker.example.org/live'
export const ACS = `${BASE}/saml/hospital/acs`
export const SP = `${BASE}/saml/hospital/metadata`
export const NOW = 1_800_000_000

const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion'
const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol'
export const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'

export const at = (seconds: number) => samlTime(NOW + seconds)

/** What a test changes of an honest assertion; `null` leaves a part out. */
export interface AssertionParts {
  readonly id?: string
  readonly version?: string
  readonly issuer?: string
  readonly nameId?: string | null
  readonly confirmations?: string
  readonly conditions?: string | null
  readonly audiences?: string
  readonly authn?: string | null
  readonly attributes?: string
}

export const confirmation = (data: string, method = BEARER) =>
  `<saml:SubjectConfirmation Method="${method}">${data}</saml:SubjectConfirmation>`
export const confirmationData = (attributes: string) =>
  `<saml:SubjectConfirmationData ${attributes}/>`
export const GOOD_DATA = `InResponseTo="_request" NotOnOrAfter="${at(300)}" Recipient="${ACS}"`
export const audience = (...names: readonly string[]) =>
  `<saml:AudienceRestriction>${names.map((name) => `<saml:Audience>${name}</saml:Audience>`).join('')}</saml:AudienceRestriction>`
export const NAME_ID = `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">dr.okafor</saml:NameID>`
export const AUTHN = `<saml:AuthnStatement AuthnInstant="${at(-5)}" SessionIndex="_session"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`

export function assertion(parts: AssertionParts = {}): string {
  const {
    id = '_assertion',
    version = '2.0',
    issuer = `<saml:Issuer>${IDP}</saml:Issuer>`,
    nameId = NAME_ID,
    confirmations = confirmation(confirmationData(GOOD_DATA)),
    audiences = audience(SP),
    conditions = `<saml:Conditions NotBefore="${at(-5)}" NotOnOrAfter="${at(300)}">${audiences}</saml:Conditions>`,
    authn = AUTHN,
    attributes = '',
  } = parts
  return `<saml:Assertion xmlns:saml="${SAML}" ID="${id}" Version="${version}" IssueInstant="${at(-5)}">${issuer}<saml:Subject>${nameId ?? ''}${confirmations}</saml:Subject>${conditions ?? ''}${authn ?? ''}${attributes}</saml:Assertion>`
}

export interface ResponseParts {
  readonly attributes?: string
  readonly issuer?: string
  readonly status?: string
  readonly name?: string
}

const SUCCESS = `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>`
export const RESPONSE_ATTRIBUTES = `ID="_response" Version="2.0" IssueInstant="${at(-5)}" Destination="${ACS}" InResponseTo="_request"`

export function response(inside: string, parts: ResponseParts = {}): string {
  const {
    attributes = RESPONSE_ATTRIBUTES,
    issuer = `<saml:Issuer xmlns:saml="${SAML}">${IDP}</saml:Issuer>`,
    status = SUCCESS,
    name = 'Response',
  } = parts
  return `<samlp:${name} xmlns:samlp="${PROTOCOL}" ${attributes}>${issuer}${status}${inside}</samlp:${name}>`
}

export interface Signing {
  readonly signatureAlgorithm?: 'sha1' | 'sha256' | 'sha512'
  readonly digestAlgorithm?: string
  readonly xmlSignatureTransforms?: readonly string[]
  readonly publicCert?: string
}

/** Signs the element of this name in a document; the signature follows its issuer. */
export function sign(
  xml: string,
  name: 'Assertion' | 'Response' | 'LogoutRequest' | 'LogoutResponse',
  key: Pick<IdpKey, 'privatePem'>,
  options: Signing = {},
): string {
  const element = `//*[local-name(.)='${name}']`
  return signXml(
    xml,
    element,
    { reference: `${element}/*[local-name(.)='Issuer']`, action: 'after' },
    {
      privateKey: key.privatePem,
      signatureAlgorithm: 'sha256',
      digestAlgorithm: 'sha256',
      ...options,
    } as never,
  )
}

export function encode(xml: string): string {
  return Buffer.from(xml, 'utf8').toString('base64')
}

const XENC = 'http://www.w3.org/2001/04/xmlenc#'
const XENC11 = 'http://www.w3.org/2009/xmlenc11#'

export interface Encrypting {
  readonly cipher?: 'aes-128-gcm' | 'aes-256-gcm' | 'aes-256-cbc' | 'des-ede3-cbc'
  readonly wrap?: 'oaep-sha1' | 'oaep-sha256' | 'rsa-1_5'
  readonly spoil?: (ciphertext: Buffer) => Buffer
}

/** Encrypts an assertion to the holder of a key, as XML Encryption 1.1 says. */
export function encrypt(xml: string, to: IdpKey, options: Encrypting = {}): string {
  const { cipher = 'aes-256-gcm', wrap = 'oaep-sha256', spoil = (text: Buffer) => text } = options
  const key = randomBytes(cipher === 'aes-128-gcm' ? 16 : cipher === 'des-ede3-cbc' ? 24 : 32)
  const iv = randomBytes(cipher.endsWith('gcm') ? 12 : cipher === 'des-ede3-cbc' ? 8 : 16)
  const encipher = createCipheriv(cipher, key, iv)
  const text = Buffer.concat([iv, encipher.update(xml, 'utf8'), encipher.final()])
  const tag = cipher.endsWith('gcm')
    ? (encipher as ReturnType<typeof createCipheriv> & { getAuthTag(): Buffer }).getAuthTag()
    : Buffer.alloc(0)
  const algorithm = {
    'aes-128-gcm': `${XENC11}aes128-gcm`,
    'aes-256-gcm': `${XENC11}aes256-gcm`,
    'aes-256-cbc': `${XENC}aes256-cbc`,
    'des-ede3-cbc': `${XENC}tripledes-cbc`,
  }[cipher]
  const method = {
    'oaep-sha1': `<xenc:EncryptionMethod Algorithm="${XENC}rsa-oaep-mgf1p"/>`,
    'oaep-sha256': `<xenc:EncryptionMethod Algorithm="${XENC11}rsa-oaep"><ds:DigestMethod Algorithm="${XENC}sha256"/><xenc11:MGF xmlns:xenc11="${XENC11}" Algorithm="${XENC11}mgf1sha256"/></xenc:EncryptionMethod>`,
    'rsa-1_5': `<xenc:EncryptionMethod Algorithm="${XENC}rsa-1_5"/>`,
  }[wrap]
  const wrapped = publicEncrypt(
    wrap === 'rsa-1_5'
      ? { key: to.publicKey, padding: constants.RSA_PKCS1_PADDING }
      : { key: to.publicKey, oaepHash: wrap === 'oaep-sha1' ? 'sha1' : 'sha256' },
    key,
  )
  const value = (bytes: Buffer) =>
    `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`
  return `<saml:EncryptedAssertion xmlns:saml="${SAML}"><xenc:EncryptedData xmlns:xenc="${XENC}" Type="${XENC}Element"><xenc:EncryptionMethod Algorithm="${algorithm}"/><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey>${method}${value(wrapped)}</xenc:EncryptedKey></ds:KeyInfo>${value(spoil(Buffer.concat([text, tag])))}</xenc:EncryptedData></saml:EncryptedAssertion>`
}
