import { checkSignatureForm } from './check-signature-form.ts'
import { decryptAssertion, type UnwrapKey } from './decrypt-assertion.ts'
import { NS } from './names.ts'
import { refused } from './refuse.ts'
import type { SamlSettings } from './saml-settings.ts'
import type { SamlXml } from './saml-xml.ts'
import { childrenOf, everyElement, isElement, type XmlElement } from './xml-element.ts'

export interface VerifyResponseDeps {
  readonly xml: SamlXml
  readonly unwrapKey: UnwrapKey
}

/** What of a response a signature covered, read anew from the signed text. */
export interface VerifiedResponse {
  /** The message around; its own words are to be believed only if it was signed. */
  readonly response: XmlElement
  readonly isResponseSigned: boolean
  /** Always signed: by itself, or by the response that it is in. */
  readonly assertion: XmlElement
  readonly usesSha1: boolean
}

type Settings = Pick<SamlSettings, 'idp' | 'signed' | 'encrypted' | 'allowSha1'>

/**
 * Finds the one assertion of a response and verifies what is over it (SA-08, SA-15 to SA-17).
 *
 * A message with a second assertion anywhere, or with a signature anywhere but directly in the
 * response and in the assertion, is refused before a signature is looked at: every signature-wrapping
 * attack needs one of the two (SX-1 to SX-8). What is returned is parsed again from the canonical text
 * that the signature covered, so that nothing beside it can be read.
 *
 * @param text from `decodePosted`
 * @throws BrokerError `saml_response_invalid`
 */
export async function verifyResponse(
  text: string,
  settings: Settings,
  { xml, unwrapKey }: VerifyResponseDeps,
): Promise<VerifiedResponse> {
  const outer = await parse(text, xml)
  if (!isElement(outer, NS.protocol, 'Response')) throw refused('message_type_invalid')
  const carried = soleAssertion(outer)
  checkIds(outer)
  checkSignaturePlaces(outer, [outer, carried])

  const around = await verified(text, outer, settings, xml)
  const response = around?.element ?? outer
  const isResponseSigned = around !== undefined
  const isEncrypted = carried.name === 'EncryptedAssertion'
  if (settings.encrypted && !isEncrypted) throw refused('encryption_missing')

  const inText = isEncrypted
    ? await decryptAssertion(soleAssertion(response), { isSigned: isResponseSigned }, unwrapKey)
    : text
  const inElement = isEncrypted ? await parse(inText, xml) : carried
  if (isEncrypted) checkDecrypted(inElement)

  const own = await verified(inText, inElement, settings, xml)
  const { signed } = settings
  if (!around && !own) throw refused('signature_missing')
  if ((signed === 'response' || signed === 'both') && !around) throw refused('signature_missing')
  if ((signed === 'assertion' || signed === 'both') && !own) throw refused('signature_missing')

  return {
    response,
    isResponseSigned,
    assertion: own?.element ?? (isEncrypted ? inElement : soleAssertion(response)),
    usesSha1: Boolean(around?.usesSha1 || own?.usesSha1),
  }
}

/** Parses what was let through as plain; a parser that stumbles all the same says why in the cause. */
async function parse(text: string, xml: SamlXml): Promise<XmlElement> {
  try {
    return await xml.parse(text)
  } catch (cause) {
    throw refused('xml_malformed', cause)
  }
}

/** The response's assertion, encrypted or not: the only element of such a name, and its child. */
function soleAssertion(response: XmlElement): XmlElement {
  const named = assertionsIn(response)
  const [carried] = named
  if (
    !carried ||
    named.length > 1 ||
    carried.namespace !== NS.assertion ||
    !response.children.includes(carried)
  ) {
    throw refused('assertion_misplaced')
  }
  return carried
}

/** Whatever calls itself so, in any namespace and spelling: another reader might take it for one. */
function assertionsIn(element: XmlElement): readonly XmlElement[] {
  return everyElement(element).filter(({ name }) => /^(Encrypted)?Assertion$/i.test(name))
}

/** What was encrypted is one assertion, and is held to what one in clear is held to. */
function checkDecrypted(assertion: XmlElement): void {
  if (!isElement(assertion, NS.assertion, 'Assertion') || assertionsIn(assertion).length > 1) {
    throw refused('assertion_misplaced')
  }
  checkIds(assertion)
  checkSignaturePlaces(assertion, [assertion])
}

/** No id twice, however it is written: a signature must not be able to mean two elements (SX-10). */
function checkIds(root: XmlElement): void {
  const ids = everyElement(root).flatMap(({ attributes }) =>
    [...attributes].filter(([name]) => /^(\{.*\})?id$/i.test(name)).map(([, value]) => value),
  )
  if (new Set(ids).size !== ids.length) throw refused('id_invalid')
}

/** Signatures stand directly in these elements, one in each at most. */
function checkSignaturePlaces(root: XmlElement, places: readonly XmlElement[]): void {
  const inPlace = places.map((place) => childrenOf(place, NS.signature, 'Signature'))
  const all = everyElement(root).filter(({ name }) => name === 'Signature')
  if (inPlace.some(({ length }) => length > 1) || all.length !== inPlace.flat().length) {
    throw refused('signature_misplaced')
  }
}

/**
 * What the signature in an element covers, as it was signed; `undefined` where there is none. One that
 * does not verify ends everything: it is never taken for a missing one.
 */
async function verified(
  text: string,
  element: XmlElement,
  { idp, allowSha1 }: Pick<Settings, 'idp' | 'allowSha1'>,
  xml: SamlXml,
): Promise<{ readonly element: XmlElement; readonly usesSha1: boolean } | undefined> {
  const [signature] = childrenOf(element, NS.signature, 'Signature')
  if (!signature) return undefined
  const id = element.attributes.get('ID') ?? ''
  if (!/^[A-Za-z_][\w.-]*$/.test(id)) throw refused('id_invalid')
  const { usesSha1 } = checkSignatureForm(signature, id, { allowSha1 })

  const signed = await xml.signedText(text, id, idp.certificates)
  if (signed === undefined) throw refused('signature_invalid')
  const read = await parse(signed, xml)
  if (!isElement(read, element.namespace, element.name) || read.attributes.get('ID') !== id) {
    throw refused('signature_invalid')
  }
  return { element: read, usesSha1 }
}
