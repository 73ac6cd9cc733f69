import { refused } from './refuse.ts'

const MAX_DEPTH = 48
const MAX_ELEMENTS = 5_000

const NAME = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?'
const ATTRIBUTE = `\\s+(${NAME})\\s*=\\s*("[^"<]*"|'[^'<]*')`
const TAG = new RegExp(`<(/?)(${NAME})((?:${ATTRIBUTE})*)\\s*(/?)>`, 'y')
const ATTRIBUTES = new RegExp(ATTRIBUTE, 'g')
const DECLARATION = /^\uFEFF?(?:<\?xml\s[^?<>]*\?>)?\s*/
const REFERENCE = /&(?:(?:amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));|&/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_A_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/

/**
 * Lets a text through to a parser if it is in the part of XML that all parsers read alike: elements,
 * attributes, characters, and the references that need no declaration; balanced, with one root. No
 * DOCTYPE, so no entity and nothing to fetch; no processing instruction, comment or CDATA section, so
 * that no two readers see another text in a NameID. Providers of sign-ons send none of these.
 *
 * @returns the text without a declaration, its line ends those that XML says
 * @throws BrokerError `saml_response_invalid`, reason `xml_not_plain`
 */
export function requirePlainXml(message: string): string {
  const text = message.replace(DECLARATION, '').trimEnd().replace(/\r\n?/g, '\n')
  if (NOT_A_CHARACTER.test(text)) throw refused('xml_not_plain')

  const open: string[] = []
  let elements = 0
  let at = 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    if (next !== at) {
      // Outside the root there is nothing but its tags.
      if (next === -1 || open.length === 0) throw refused('xml_not_plain')
      requireCharacters(text.slice(at, next))
    }
    TAG.lastIndex = next
    const tag = TAG.exec(text)
    if (!tag) throw refused('xml_not_plain')
    const [whole, closing, name = '', attributes = '', , , selfClosing] = tag
    if (closing) {
      if (attributes || selfClosing || open.pop() !== name) throw refused('xml_not_plain')
    } else {
      requireAttributes(attributes)
      elements += 1
      if (!selfClosing) open.push(name)
    }
    if (open.length > MAX_DEPTH || elements > MAX_ELEMENTS) throw refused('xml_not_plain')
    at = next + whole.length
    if (open.length === 0 && at < text.length) throw refused('xml_not_plain')
  }
  if (elements === 0 || open.length > 0) throw refused('xml_not_plain')
  return text
}

function requireAttributes(attributes: string): void {
  const names = new Set<string>()
  for (const [, name = '', value = ''] of attributes.matchAll(ATTRIBUTES)) {
    if (names.has(name)) throw refused('xml_not_plain')
    names.add(name)
    requireCharacters(value)
  }
}

function requireCharacters(characters: string): void {
  if (characters.includes(']]>')) throw refused('xml_not_plain')
  for (const [reference, decimal, hexadecimal] of characters.matchAll(REFERENCE)) {
    if (reference === '&') throw refused('xml_not_plain')
    if (decimal === undefined && hexadecimal === undefined) continue
    const code = decimal ? Number.parseInt(decimal, 10) : Number.parseInt(hexadecimal ?? '', 16)
    if (!isCharacter(code)) throw refused('xml_not_plain')
  }
}

/** @see [XML 1.0 §2.2](https://www.w3.org/TR/xml/#charsets) */
function isCharacter(code: number): boolean {
  return (
    code === 0x9 ||
    code === 0xa ||
    code === 0xd ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  )
}
