import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { vendorOf } from '#cli/connect/find-ehr.ts'
import { parseRegistry } from '#core/registry/parse-registry.ts'

const ajv = new Ajv2020()
addFormats.default(ajv)
const matchesSchema = ajv.compile(JSON.parse(readFileSync('registry.schema.json', 'utf8')))

const FILES = readdirSync('examples').filter((file) => file.endsWith('.json'))

describe('examples/', () => {
  it('has the public sandboxes', () => {
    expect(FILES).toEqual(
      expect.arrayContaining(['smart-launcher.json', 'epic.json', 'oracle-health.json']),
    )
  })

  it.each(FILES)('%s fits the schema, and every check of a registry', (file) => {
    const text = readFileSync(`examples/${file}`, 'utf8')

    expect(matchesSchema(JSON.parse(text)), JSON.stringify(matchesSchema.errors)).toBe(true)
    expect(parseRegistry(text, { upstreams: 'public' })).toHaveProperty('file')
  })

  it.each(FILES)('%s is at an address that its vendor is known by', (file) => {
    const { connections } = JSON.parse(readFileSync(`examples/${file}`, 'utf8'))

    for (const { fhirBaseUrl, vendor } of connections) {
      expect(vendorOf(fhirBaseUrl)).toBe(vendor)
      expect(`${vendor}.json`).toBe(file)
    }
  })

  it('are distinct: all together they are one registry without a contradiction', () => {
    const files = FILES.map((file) => JSON.parse(readFileSync(`examples/${file}`, 'utf8')))
    const together = {
      apps: files[0].apps,
      organizations: files.flatMap(({ organizations }) => organizations),
      registrations: files.flatMap(({ registrations }) => registrations),
      connections: files.flatMap(({ connections }) => connections),
    }

    expect(parseRegistry(JSON.stringify(together), { upstreams: 'public' })).toHaveProperty('file')
  })

  it('are all in its README', () => {
    const page = readFileSync('examples/README.md', 'utf8')

    expect(FILES.filter((file) => !page.includes(`](${file})`))).toEqual([])
  })
})
