import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { nodeSamlXml } from '#adapters/node-saml/saml-xml.ts'
import { BrokerError } from '#core/errors.ts'
import { decodePosted } from '#core/saml/decode-message.ts'
import { requirePlainXml } from '#core/saml/plain-xml.ts'
import { assertion, encode, response, sign } from '../../../support/saml/messages.ts'
import { honest, refusal } from '../../../support/saml/service-provider.ts'

const honestMessage = response(sign(assertion(), 'Assertion', honest))

function reasonOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return error instanceof BrokerError ? error.detail.reason : String(error)
  }
}

test.each([
  ['an external entity', '<!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]><r>&x;</r>'],
  ['a parameter entity', '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:1/"> %x;]><r/>'],
  ['entity expansion', '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>'],
  ['a bare DOCTYPE', '<!DOCTYPE r><r/>'],
  ['a DOCTYPE in lower case', '<!doctype r><r/>'],
  ['a DOCTYPE inside', '<r><!DOCTYPE r></r>'],
  ['an undeclared entity', '<r>&nbsp;</r>'],
  ['an entity in an attribute', '<r a="&x;"/>'],
  ['a processing instruction', '<r><?php x?></r>'],
  ['a second declaration', '<?xml version="1.0"?><?xml version="1.0"?><r/>'],
])('SA-03: %s is refused before anything parses it', async (_, message) => {
  const parse = vi.spyOn(nodeSamlXml, 'parse')
  expect(await refusal(message)).toBe('saml_response_invalid xml_not_plain')
  expect(parse).not.toHaveBeenCalled()
  parse.mockRestore()
})

test.each([
  ['a root that does not end', '<a><b></b>'],
  ['an end without a beginning', '<a></b></a>'],
  ['crossed elements', '<a><b></a></b>'],
  ['an attribute without quotes', '<a b=c/>'],
  ['an attribute twice', '<a b="1" b="2"/>'],
  ['a bare ampersand', '<a>&</a>'],
  ['a zero character', '<a>&#0;</a>'],
  ['a surrogate', '<a>&#xD800;</a>'],
  ['a control character', '<a>\u0001</a>'],
  ['text beside the root', '<a/>x'],
  ['text before the root', 'x<a/>'],
  ['nothing', ''],
  ['attributes at an end', '<a></a b="c">'],
  ['an end of CDATA', '<a>]]></a>'],
  ['a hundred levels', '<a>'.repeat(100) + '</a>'.repeat(100)],
  ['ten thousand elements', `<a>${'<b/>'.repeat(10_000)}</a>`],
])('SX-12: %s is refused', (_, text) => {
  expect(reasonOf(() => requirePlainXml(text))).toBe('xml_not_plain')
})

test('SX-12: what is let through, the parser reads as it stands: the same elements in the same order', async () => {
  const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,6}$/)
  const characters = fc.string({ maxLength: 12 }).map((text) => text.replace(/[^ -~]|[<&>]/g, ''))
  const { element } = fc.letrec((tie) => ({
    element: fc
      .record({
        name,
        attribute: fc.option(name),
        value: characters,
        inside: fc.array(fc.oneof({ maxDepth: 4 }, characters, tie('element')), { maxLength: 4 }),
      })
      .map(
        ({ name, attribute, value, inside }) =>
          `<${name}${attribute ? ` ${attribute}="${value.replaceAll('"', '')}"` : ''}>${inside.join('')}</${name}>`,
      ),
  }))
  const namesIn = (element: { name: string; children: readonly unknown[] }): string[] => [
    element.name,
    ...element.children.flatMap((child) => namesIn(child as typeof element)),
  ]

  await fc.assert(
    fc.asyncProperty(element, async (text) => {
      const plain = requirePlainXml(text as string)
      const tags = [...plain.matchAll(/<([A-Za-z_][\w.-]*)/g)].map(([, tag]) => tag)
      expect(namesIn(await nodeSamlXml.parse(plain))).toEqual(tags)
    }),
    { numRuns: 200 },
  )
})

test('SX-12: however an honest message is mutilated, it is refused, or says what it said', async () => {
  const place = fc.nat({ max: honestMessage.length - 1 })
  await fc.assert(
    fc.asyncProperty(
      place,
      place,
      fc.constantFrom('', '<', '>', '"', '&', ' ', 'x'),
      async (a, b, by) => {
        const [from, to] = a < b ? [a, b] : [b, a]
        const message =
          honestMessage.slice(0, from) + by + honestMessage.slice(Math.min(to, from + 40))
        expect(await refusal(message)).toMatch(/^(saml_|state_unknown|accepted dr\.okafor$)/)
      },
    ),
    { numRuns: 150 },
  )
})

test('SA-02: a message that is cut off anywhere is refused', async () => {
  for (let length = 0; length < honestMessage.length; length += 97) {
    expect(await refusal(honestMessage.slice(0, length))).toMatch(
      /^saml_response_invalid (xml_not_plain|not_base64)$/,
    )
  }
})

test.each([
  ['4 MB of characters', `<a>${'x'.repeat(4_000_000)}</a>`],
  ['4 MB of tags', '<a>'.repeat(1_400_000)],
  ['4 MB of one tag', `<a ${'b="" '.repeat(800_000)}`],
  ['1 MB', `<a>${'x'.repeat(1_000_000)}</a>`],
])('SA-02: %s are refused for their length alone', (_, text) => {
  expect(reasonOf(() => decodePosted(encode(text)))).toBe('too_large')
})

test('the longest text that is read is judged at once, whatever it is made of', () => {
  for (const text of [
    '<a '.repeat(60_000),
    `<a${' b=""'.repeat(30_000)}`,
    '<'.repeat(180_000),
    `<a>${'&'.repeat(180_000)}`,
  ]) {
    const startedAt = performance.now()
    expect(reasonOf(() => decodePosted(encode(text)))).toBe('xml_not_plain')
    expect(performance.now() - startedAt).toBeLessThan(500)
  }
})

test.each([
  ['not base64', 'PHIvPg=*', 'not_base64'],
  ['base64 of a URL', 'PHIvPg_-', 'not_base64'],
  ['empty', '', 'not_base64'],
  ['not UTF-8', Buffer.from([0x3c, 0xc3, 0x28, 0x3e]).toString('base64'), 'not_utf8'],
  ['UTF-16', Buffer.from('<r/>', 'utf16le').toString('base64'), 'xml_not_plain'],
])('SA-02: a SAMLResponse that is %s is refused', (_, parameter, reason) => {
  expect(reasonOf(() => decodePosted(parameter))).toBe(reason)
})

test('base64 may be broken into lines', () => {
  expect(decodePosted(encode(honestMessage).replace(/(.{76})/g, '$1\r\n'))).toBe(honestMessage)
})

test('elements that a parser of HTML would read as text are refused', async () => {
  await expect(
    nodeSamlXml.parse('<a><script xmlns="http://www.w3.org/1999/xhtml"><b></b></script></a>'),
  ).rejects.toThrow('XHTML')
})
