import { checkSignatureForm } from './check-signature-form.ts'
import { NS } from './names.ts'
import { refused } from './refuse.ts'
import type { SamlSettings } from './saml-settings.ts'
import type { SamlXml } from './saml-xml.ts'
import { childrenOf, everyElement, isElement, type XmlElement } from './xml-element.ts'

/** Parses what was let through as plain; a parser that stumbles all the same says why in the cause. */
export async function parse(text: string, xml: SamlXml): Promise<XmlElement> {
  try {
    return await xml.parse(text)
  } catch (cause) {
    throw refused('xml_malformed', cause)
  }
}

/** No id twice, however it is written: a signature must not be able to mean two elements (SX-10). */
export function checkIds(root: XmlElement): void {
  const ids = everyElement(root).flatMap(({ attributes }) =>
    [...attributes].filter(([name]) => /^(\{.*\})?id$/i.test(name)).map(([, value]) => value),
  )
  if (new Set(ids).size !== ids.length) throw refused('id_invalid')
}

/** Signatures stand directly in these elements, one in each at most. */
export function checkSignaturePlaces(root: XmlElement, places: readonly XmlElement[]): void {
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
export async function verified(
  text: string,
  element: XmlElement,
  { idp, allowSha1 }: Pick<SamlSettings, 'idp' | 'allowSha1'>,
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
