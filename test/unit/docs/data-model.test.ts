import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dataModelPage, dataModelSchemas } from '#cli/data-model-page.ts'

const DOCS = new URL('../../../docs/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, DOCS), 'utf8')

describe('docs/data-model.md', () => {
  it('is what `npm run docs` writes', () => {
    const page = read('data-model.md')

    expect(dataModelPage(page)).toBe(page)
  })

  it('links to JSON Schemas that are what it writes too, and to no other', () => {
    const schemas = dataModelSchemas()

    expect(readdirSync(new URL('schemas', DOCS)).toSorted()).toEqual(
      Object.keys(schemas).toSorted(),
    )
    for (const [name, schema] of Object.entries(schemas)) {
      expect(read(`schemas/${name}`), name).toBe(schema)
      expect(read('data-model.md')).toContain(`(schemas/${name})`)
    }
  })

  it('is what docs/openapi.yaml takes and answers: each message, each answer', () => {
    const referred = [...read('openapi.yaml').matchAll(/\$ref: 'schemas\/([^']+)'/g)]

    expect(referred.map(([, name]) => name).toSorted()).toEqual(
      Object.keys(dataModelSchemas()).toSorted(),
    )
  })
})
