import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseRegistry } from '#core/registry/parse-registry.ts'
import { registryJsonSchema } from '#core/registry/registry-json-schema.ts'

const page = readFileSync('docs/registry.md', 'utf8')

describe('docs/registry.md', () => {
  it('has an example in which nothing is wrong', () => {
    const example = /```json\n(.*?)```/s.exec(page)?.[1] ?? ''

    expect(parseRegistry(example, { upstreams: 'public' })).toHaveProperty('file')
  })

  it('names every field of the schema', () => {
    const names = [...new Set(fieldNames(registryJsonSchema()))].filter(
      (name) => name !== '$schema',
    )

    expect(names.length).toBeGreaterThan(30)
    expect(names.filter((name) => !new RegExp(`[\`.]${name}(\\b|\\[)`).test(page))).toEqual([])
  })
})

describe('docs/add-an-ehr.md', () => {
  it('has an example of a connection in which nothing is wrong', () => {
    const example = (text: string) => JSON.parse(/```json\n(.*?)```/s.exec(text)?.[1] ?? '')
    const connection = example(readFileSync('docs/add-an-ehr.md', 'utf8'))
    const { organizations, registrations, connections, ...file } = example(page)
    const { organization: slug, registration: id, app } = connection
    const isOther = (one: { readonly slug?: string; readonly id?: string }) =>
      one.slug !== slug && one.id !== id && one.id !== connection.id
    const added = {
      ...file,
      organizations: [...organizations.filter(isOther), { slug, name: 'Mercy' }],
      registrations: [
        ...registrations.filter(isOther),
        { id, app, clientId: 'mercy-client', authentication: { method: 'private_key_jwt' } },
      ],
      connections: [connection],
    }

    expect(parseRegistry(JSON.stringify(added), { upstreams: 'public' })).toHaveProperty('file')
  })
})

/** Names of all properties that a JSON Schema describes. */
function fieldNames(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties' && typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, inner]) => [name, ...fieldNames(inner)])
      : fieldNames(value),
  )
}
