import { getVerifiedXml, parseDomFromString } from '@node-saml/node-saml/lib/xml.js'
import type { SamlXml } from '#core/saml/saml-xml.ts'
import type { XmlElement } from '#core/saml/xml-element.ts'

/** What is used of the library's nodes. */
interface DomNode {
  readonly nodeType: number
  readonly nodeValue: string | null
  readonly childNodes: ArrayLike<DomNode>
}
interface DomElement extends DomNode {
  readonly namespaceURI: string | null
  readonly localName: string
  readonly attributes: ArrayLike<{
    readonly prefix: string | null
    readonly namespaceURI: string | null
    readonly localName: string
    readonly name: string
    readonly value: string
  }>
  getAttribute(name: string): string | null
}

const ELEMENT = 1
const TEXT = 3
const XMLNS = 'http://www.w3.org/2000/xmlns/'
const XHTML = 'http://www.w3.org/1999/xhtml'

/** Parses and verifies with node-saml: its parser (xmldom), and its reading of signatures (xml-crypto). */
export const nodeSamlXml: SamlXml = {
  async parse(text) {
    return plain(await rootOf(text))
  },

  async signedText(text, id, certificates) {
    const element = withId(await rootOf(text), id)
    if (!element) return undefined
    try {
      const verified: string | null = getVerifiedXml(text, element as never, certificates.map(pem))
      return verified ?? undefined
    } catch {
      // The library throws at a signature that it does not take; what it says is of no use to anybody.
      return undefined
    }
  },
}

async function rootOf(text: string): Promise<DomElement> {
  const document = (await parseDomFromString(text)) as unknown as {
    readonly documentElement: DomElement
  }
  return document.documentElement
}

function plain(element: DomElement): XmlElement {
  // The parser reads some elements of this namespace as text, as in HTML.
  if (element.namespaceURI === XHTML) throw new Error('XHTML has no place in a message')
  const children: XmlElement[] = []
  let text = ''
  for (const node of Array.from(element.childNodes)) {
    if (node.nodeType === ELEMENT) children.push(plain(node as DomElement))
    else if (node.nodeType === TEXT) text += node.nodeValue ?? ''
    else throw new Error('A node that is neither an element nor text')
  }
  return {
    namespace: element.namespaceURI ?? '',
    name: element.localName,
    attributes: attributesOf(element),
    children,
    text,
  }
}

function attributesOf(element: DomElement): ReadonlyMap<string, string> {
  return new Map(
    Array.from(element.attributes)
      .filter(({ namespaceURI, name }) => namespaceURI !== XMLNS && !/^xmlns(:|$)/.test(name))
      .map(({ prefix, namespaceURI, localName, name, value }) => [
        prefix ? `{${namespaceURI ?? ''}}${localName}` : name,
        value,
      ]),
  )
}

function withId(element: DomElement, id: string): DomElement | undefined {
  if (element.getAttribute('ID') === id) return element
  for (const node of Array.from(element.childNodes)) {
    const found = node.nodeType === ELEMENT ? withId(node as DomElement, id) : undefined
    if (found) return found
  }
  return undefined
}

function pem(certificate: string): string {
  const lines = certificate.match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
