import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonScanner, type JsonVisitor } from '#core/fhir/rewrite/json-scanner.ts'
import { keyReader } from '#core/fhir/rewrite/key-reader.ts'

/** Marks each string that is the value of a member `url`, wherever it stands. */
function markUrls(mark = (value: string) => `<${value}>`): JsonVisitor {
  const stack: (string | undefined)[] = []
  let name: string | undefined
  return {
    open(isArray) {
      stack.push(isArray ? undefined : name)
      name = undefined
    },
    close() {
      stack.pop()
      name = undefined
    },
    key(key) {
      name = key
    },
    wants() {
      const isUrl = name === 'url'
      name = undefined
      return isUrl
    },
    rewrite: mark,
  }
}

function through(chunks: Iterable<string | Uint8Array>, mark?: (value: string) => string): string {
  const scanner = new JsonScanner(markUrls(mark), keyReader(['url', 'link', 'relation']))
  const output = [...chunks].flatMap((chunk) => scanner.push(Buffer.from(chunk)))
  return Buffer.concat([...output, scanner.end()]).toString('utf8')
}

const invalid = expect.objectContaining({ code: 'upstream_answer_invalid' })

describe('JsonScanner', () => {
  it('changes what its visitor wants, and no other byte', () => {
    const text = `\ufeff { "url":"a",\n "link" : [ {"relation":"next","url":"b"}, {"url" :  "c"} ],
      "other":["url",{"x":"url"},{"url":["x"]}], "n":[-1.5e+3,true,false,null,[["\\"","\\\\"]]] }\n`
    const expected = ['a', 'b', 'c'].reduce(
      (done, value) => done.replace(`"${value}"`, `"<${value}>"`),
      text,
    )
    expect(through([text])).toBe(expected)
  })

  it('reads keys and values through their escapes', () => {
    const text = '{"\\u006cink":[{"u\\u0072l":"https:\\/\\/ehr.example\\u002f\\ud83d\\ude00"}]}'
    expect(through([text])).toBe('{"\\u006cink":[{"u\\u0072l":"<https://ehr.example/😀>"}]}')
  })

  it('changes each of a repeated member', () => {
    expect(through(['{"url":"a","url":"b"}'])).toBe('{"url":"<a>","url":"<b>"}')
  })

  it.each([
    '{"url":{"url":7}}',
    '{"link":[["url","a"]]}',
    '{"link":"a","entry":null,"type":7}',
    '"a"',
    '7',
    '{}',
    '[]',
    '',
    ' ',
    '{"__proto__":"a","constructor":["a"],"toString":"a"}',
    `{"${'k'.repeat(500)}":"a"}`,
  ])('leaves %s as it is', (text) => {
    expect(through([text])).toBe(text)
  })

  it.each([
    '{"type":"a"',
    '{"type":"a',
    '{"link":[{"url":"a"}]',
    '{"link":[{"url":"a"]}',
    '{"type" "a"}',
    '{"type":"a" "link":[]}',
    '{"type"::"a"}',
    '{"type":"a"}}',
    '{"type":"a"},{}',
    '{"a":1,}',
    '[1,]',
    '[,1]',
    '{,}',
    '{"a"}',
    ',',
    ']',
    '{type:"a"}',
    "{'type':'a'}",
    '/* */{"type":"a"}',
    '{"x":[/**/]}',
    '{"url":"\\x"}',
    '<html></html>',
    '{\u0000"\u0000t\u0000',
    '\ufeff{\ufeff"type":"a"}',
    '['.repeat(5_000),
  ])('cuts off %s', (text) => {
    expect(() => through([text])).toThrow(invalid)
  })

  it('cuts off UTF-16, in which a client might see strings that it does not', () => {
    expect(() => through([Buffer.from('{"url":"a"}', 'utf16le')])).toThrow(invalid)
  })

  it('cuts off a string to change that is longer than can be held, and no other', () => {
    const half = 'a'.repeat(600 * 1024)
    expect(() => through([`{"url":"${half}`, half, '"}'])).toThrow(invalid)
    expect(through([`{"div":"${half}`, half, '"}'])).toBe(`{"div":"${half}${half}"}`)
  })

  it('passes a chunk on before the next has come, but never the closing byte before the end', () => {
    const scanner = new JsonScanner(markUrls(), keyReader(['url']))
    const push = (text: string) => String(Buffer.concat(scanner.push(Buffer.from(text))))
    expect(push('{"url":"a","link":[')).toBe('{"url":"<a>","link":[')
    expect(push('1]')).toBe('1]')
    expect(push('}\n')).toBe('')
    expect(push('\n')).toBe('')
    expect(String(scanner.end())).toBe('}\n\n')
  })

  it('equals a rewriting of the whole text, however it is cut into chunks', () => {
    fc.assert(
      fc.property(jsonText, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (text, sizes) => {
        const result = through(cut(Buffer.from(text), sizes))
        expect(JSON.parse(result)).toEqual(reference(JSON.parse(text)))
      }),
      { numRuns: 1_000 },
    )
  })

  it('changes no byte where nothing is to change, however it is cut', () => {
    fc.assert(
      fc.property(jsonText, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (text, sizes) => {
        expect(through(cut(Buffer.from(text), sizes), (value) => value)).toBe(text)
      }),
      { numRuns: 1_000 },
    )
  })
})

const key = fc.oneof(fc.constantFrom('url', 'link', 'relation'), fc.string({ unit: 'grapheme' }))
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(null, true, false, 0, -1.5e30, '"', '\\', '\\"', '\n', '😀', '\u2028'),
    fc.array(tie('value')),
    fc.dictionary(key, tie('value'), { noNullPrototype: true }),
  ),
}))

/** JSON texts with white space between tokens and escapes that nobody needs within strings. */
const jsonText = fc
  .tuple(anyJson.value, fc.constantFrom(0, 1, 2), fc.boolean())
  .map(([value, indent, escaping]) => {
    const text = JSON.stringify(value, undefined, indent)
    return escaping ? text.replace(/[a-z/](?=[^"\\]*":)/g, toEscape) : text
  })
  // A letter of a literal or of an escape became one itself: not JSON any more.
  .filter((text) => isJson(text))

function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** What the scanner does, over a parsed text. */
function reference(value: unknown, name?: string): unknown {
  if (typeof value === 'string') return name === 'url' ? `<${value}>` : value
  if (Array.isArray(value)) return value.map((item) => reference(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, reference(member, key)]),
  )
}

function* cut(bytes: Buffer, sizes: Iterable<number>): Generator<Buffer> {
  let at = 0
  for (const size of sizes) {
    if (at >= bytes.length) return
    yield bytes.subarray(at, at + size)
    at += size
  }
}
