import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { registryFile } from '#core/registry/registry-file.ts'
import { registryJsonSchema } from '#core/registry/registry-json-schema.ts'
import { aRegistryFile, registryFileWith } from '../../../support/registry-file.ts'

const committed = JSON.parse(readFileSync('registry.schema.json', 'utf8'))

/** The committed schema as an editor applies it. */
const ajv = new Ajv2020({ allErrors: true })
addFormats.default(ajv)
const matchesSchema = ajv.compile(committed)

describe('registry.schema.json', () => {
  it('is the one that the code has', () => {
    expect(
      committed,
      'Run: npx sallyport registry schema > registry.schema.json && npm run format',
    ).toEqual(JSON.parse(JSON.stringify(registryJsonSchema())))
  })

  it('says what it is of, and forbids what it does not know', () => {
    expect(committed).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'urn:sallyport:registry',
      title: 'Sallyport registry',
      additionalProperties: false,
    })
  })

  it('asks for nothing that has a default', () => {
    expect(committed).toMatchObject({
      properties: {
        connections: {
          items: { required: expect.not.arrayContaining(['sessionPolicy', 'endpointHosts']) },
        },
      },
    })
  })

  it('takes a right file, the line that names the schema to an editor included', () => {
    expect(aRegistryFile()).toHaveProperty('$schema')
    expect(matchesSchema(aRegistryFile())).toBe(true)
    expect(matchesSchema(registryFileWith({ $schema: undefined }))).toBe(true)
  })

  it('marks in an editor what the command refuses for its form, and nothing else (property)', () => {
    const places = placesOf(aRegistryFile())
    const values = fc.oneof(
      fc.constantFrom(...places.map(({ value }) => value)),
      fc.constantFrom('', 'a b', 'http://a.example', 'https://A.example/x', 'not a url', '[::1]'),
      fc.constantFrom('launch/patient', 'patient/*.rs?a=b', 'patient/*.sr', 'user/A.*', 'openid '),
      fc.constantFrom(-1, 0, 59, 60, 60.5, 2_592_000, 2_592_001, true, null, [], {}),
      fc.string(),
      fc.jsonValue(),
    )
    const changes = fc.array(
      fc.tuple(fc.constantFrom(...places.map(({ path }) => path)), fc.option(values)),
      { minLength: 1, maxLength: 2 },
    )
    let refused = 0

    fc.assert(
      fc.property(changes, (pairs) => {
        const file = changed(pairs)
        const { success } = registryFile.safeParse(file)
        if (!success) refused += 1

        expect(matchesSchema(file), JSON.stringify(matchesSchema.errors)).toBe(success)
      }),
      { numRuns: 3_000 },
    )
    expect(refused).toBeGreaterThan(1_000)
    expect(refused).toBeLessThan(3_000)
  })
})

interface Place {
  readonly path: string
  readonly value: unknown
}

/** Every value in a file, with its path; and in every object a field that is not known. */
function placesOf(value: unknown, path = ''): readonly Place[] {
  if (typeof value !== 'object' || value === null) return []
  const step = (key: string) =>
    Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key
  return [
    ...Object.entries(value).flatMap(([key, inner]) => [
      { path: step(key), value: inner },
      ...placesOf(inner, step(key)),
    ]),
    ...(Array.isArray(value) ? [] : [{ path: step('surplus'), value: 1 }]),
  ]
}

/** The right file with some values replaced, or (`null`) taken out, where none is within another. */
function changed(pairs: readonly (readonly [string, unknown])[]): unknown {
  const paths = pairs.map(([path]) => path)
  const apart = pairs.filter(
    ([path]) => !paths.some((other) => other !== path && path.startsWith(other)),
  )
  return registryFileWith(
    Object.fromEntries(apart.map(([path, value]) => [path, value ?? undefined])),
  )
}
