import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Shape } from '#core/fhir/json-position.ts'
import { rewriteStrings } from '#core/fhir/rewrite-strings.ts'

const mark = (value: string) => `<${value}>`
const SHAPE: Shape = {
  type: mark,
  link: [{ url: mark }],
  entry: [{ fullUrl: mark, response: { location: mark } }],
}

describe('rewriteStrings', () => {
  it('changes what the shape leads to, and no other byte', async () => {
    const text = `\ufeff { "type":"a",\n "link" : [ {"relation":"next","url":"b"}, {"url":"c"} ],
      "entry":[{"fullUrl":"d","resource":{"type":"x","link":[{"url":"x"}],"fullUrl":"x"},
      "response":{"status":"200 OK","location":"e"}}],
      "other":{"link":[{"url":"x"}]}, "n":[-1.5e+3,true,false,null,[["\\"","\\\\"]]] }\n`
    const expected = ['a', 'b', 'c', 'd', 'e'].reduce(
      (done, value) => done.replace(`"${value}"`, `"<${value}>"`),
      text,
    )
    expect(await through(SHAPE, [text])).toBe(expected)
  })

  it('reads keys and values through their escapes', async () => {
    const text = '{"\\u006cink":[{"u\\u0072l":"https:\\/\\/ehr.example\\u002f\\ud83d\\ude00"}]}'
    expect(await through(SHAPE, [text])).toBe(
      '{"\\u006cink":[{"u\\u0072l":"<https://ehr.example/😀>"}]}',
    )
  })

  it('changes each of a repeated member', async () => {
    expect(await through(SHAPE, ['{"type":"a","type":"b"}'])).toBe('{"type":"<a>","type":"<b>"}')
  })

  it.each([
    '{"link":{"url":"a"}}',
    '{"link":[["url","a"]]}',
    '{"link":"a","entry":null,"type":7}',
    '{"link":[{"url":{"url":"a"}}]}',
    '[{"type":"a","link":[{"url":"a"}]}]',
    '"a"',
    '7',
    '{}',
    '[]',
    '',
    '{"__proto__":{"url":"a"},"constructor":[{"url":"a"}],"toString":"a"}',
    `{"${'k'.repeat(500)}":"a"}`,
  ])('leaves %s as it is', async (text) => {
    expect(await through(SHAPE, [text])).toBe(text)
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
    ',',
    ']',
    '{type:"a"}',
    "{'type':'a'}",
    '/* */{"type":"a"}',
    '{"x":[/**/]}',
    '{"type":"\\x"}',
    '<html></html>',
    '{\u0000"\u0000t\u0000',
    '\ufeff{\ufeff"type":"a"}',
  ])('cuts off %s', async (text) => {
    await expect(through(SHAPE, [text])).rejects.toMatchObject({ code: 'upstream_answer_invalid' })
  })

  it('cuts off UTF-16, in which a client might see strings that it does not', async () => {
    const bytes = Buffer.from('{"type":"a"}', 'utf16le')
    await expect(through(SHAPE, [bytes])).rejects.toMatchObject({
      code: 'upstream_answer_invalid',
    })
  })

  it('cuts off a string to change that is longer than can be held', async () => {
    const text = `{"type":"${'a'.repeat(1024 * 1024)}"}`
    await expect(through(SHAPE, [text])).rejects.toMatchObject({
      code: 'upstream_answer_invalid',
    })
    const other = `{"div":"${'a'.repeat(1024 * 1024)}"}`
    expect(await through(SHAPE, [other])).toBe(other)
  })

  it('passes a chunk on before the next has come', async () => {
    const { readable, writable } = rewriteStrings(SHAPE)
    const writer = writable.getWriter()
    const reader = readable.getReader()
    await Promise.all([
      writer.write(Buffer.from('{"type":"a","link":[')),
      expect(reader.read().then(({ value }) => String(value))).resolves.toBe(
        '{"type":"<a>","link":[',
      ),
    ])
  })

  it('equals a rewriting of the whole text, however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        jsonText,
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        async (text, sizes) => {
          const result = await through(SHAPE, cut(Buffer.from(text), sizes))
          expect(JSON.parse(result)).toEqual(reference(SHAPE, JSON.parse(text)))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('changes no byte where nothing is to change, however it is cut', async () => {
    const same: Shape = JSON.parse(JSON.stringify({ type: 0, link: [{ url: 0 }] }), (_, value) =>
      value === 0 ? (text: string) => text : value,
    )
    await fc.assert(
      fc.asyncProperty(
        jsonText,
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        async (text, sizes) => {
          expect(await through(same, cut(Buffer.from(text), sizes))).toBe(text)
        },
      ),
      { numRuns: 500 },
    )
  })
})

const key = fc.oneof(
  fc.constantFrom('type', 'link', 'url', 'entry', 'fullUrl', 'response', 'location', 'resource'),
  fc.string({ unit: 'grapheme' }),
)
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(null, true, false, 0, -1.5e30, '"', '\\', '\\"', '\n', '😀', '\u2028'),
    fc.array(tie('value')),
    fc.dictionary(key, tie('value'), { noNullPrototype: true }),
  ),
}))
const bundle = fc.record(
  {
    type: fc.oneof(fc.string(), anyJson.value),
    link: fc.array(fc.record({ relation: fc.string(), url: fc.string({ unit: 'grapheme' }) })),
    entry: fc.array(
      fc.record(
        {
          fullUrl: fc.webUrl(),
          resource: anyJson.value,
          response: fc.record({ location: fc.string(), status: fc.string() }),
        },
        { requiredKeys: [] },
      ),
    ),
    extra: anyJson.value,
  },
  { requiredKeys: [] },
)

/** JSON texts with white space between tokens and escapes that nobody needs within strings. */
const jsonText = fc
  .tuple(fc.oneof(bundle, anyJson.value), fc.constantFrom(0, 1, 2), fc.boolean())
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

/** What the stream does, over a parsed text. */
function reference(shape: Shape | undefined, value: unknown): unknown {
  if (typeof shape === 'function') return typeof value === 'string' ? shape(value) : value
  if (Array.isArray(shape)) {
    return Array.isArray(value) ? value.map((item) => reference(shape[0], item)) : value
  }
  if (!shape || typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      reference(
        Object.hasOwn(shape, name) ? (shape as Record<string, Shape>)[name] : undefined,
        member,
      ),
    ]),
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

async function through(shape: Shape, chunks: Iterable<string | Buffer>): Promise<string> {
  const bytes = [...chunks].map((chunk) => Buffer.from(chunk))
  const output: Uint8Array[] = []
  for await (const chunk of ReadableStream.from(bytes).pipeThrough(rewriteStrings(shape))) {
    output.push(chunk)
  }
  return Buffer.concat(output).toString('utf8')
}
