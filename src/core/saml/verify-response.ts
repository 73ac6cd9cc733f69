import { decryptAssertion, type UnwrapKey } from './decrypt-assertion.ts'
import { NS } from './names.ts'
import { refused } from './refuse.ts'
import type { SamlSettings } from './saml-settings.ts'
import type { SamlXml } from './saml-xml.ts'
import { checkIds, checkSignaturePlaces, parse, verified } from './verified-element.ts'
import { everyElement, isElement, type XmlElement } from './xml-element.ts'

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
