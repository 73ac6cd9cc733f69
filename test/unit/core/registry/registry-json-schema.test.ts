import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { registryJsonSchema } from '#core/registry/registry-json-schema.ts'

const committed: unknown = JSON.parse(readFileSync('registry.schema.json', 'utf8'))

test('the committed schema is the one that the code has', () => {
  expect(
    committed,
    'Run: npx sallyport registry schema > registry.schema.json && npm run format',
  ).toEqual(JSON.parse(JSON.stringify(registryJsonSchema())))
})

test('the schema says what it is of, and forbids what it does not know', () => {
  expect(registryJsonSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:sallyport:registry',
    title: 'Sallyport registry',
    additionalProperties: false,
  })
})

test('the schema asks for nothing that has a default', () => {
  expect(registryJsonSchema()).toMatchObject({
    properties: {
      connections: {
        items: { required: expect.not.arrayContaining(['sessionPolicy', 'endpointHosts']) },
      },
    },
  })
})
