import { readFileSync } from 'node:fs'

const FOLDER = new URL('../data/redox-fields/', import.meta.url)

/** A published field table: each field's JSON types, by its path (`Allergies[].Substance.Code`). */
export function publishedFields(name: string): ReadonlyMap<string, readonly string[]> {
  const lines = readFileSync(new URL(`${name}.txt`, FOLDER), 'utf8')
    .trim()
    .split('\n')
  return new Map(
    lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => {
        const [path = '', types = ''] = line.split(' ')
        return [path, types.split('/')]
      }),
  )
}

/** A code between a health system and its vendor; and FHIR's kinds of places are not Redox's. */
const NOT_IN_SSO = ['Meta.FacilityCode', 'Visit.Location.Type']

/** The values that an SSO message can have: all that are published, but two that nothing fills. */
export function publishedSsoFields(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...publishedFields('sso-sign-on.message')].filter(
      ([path, [type = '']]) => !/^(object|array)$/.test(type) && !NOT_IN_SSO.includes(path),
    ),
  )
}

/** Every leaf's path, with `[]` for list items, and its type. */
export function leaves(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, `${path}[]`))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) =>
      leaves(member, path ? `${path}.${name}` : name),
    )
  }
  return [[path, value === null ? 'null' : typeof value]]
}

type Schema = Readonly<Record<string, unknown>>

/** Every field that a JSON Schema has, with its type beside null, in the same form. */
export function schemaFields(root: Schema): ReadonlyMap<string, string> {
  return new Map(fieldsBelow(root, root, ''))
}

function fieldsBelow(root: Schema, schema: Schema, path: string): (readonly [string, string])[] {
  const { $ref, anyOf, type, properties = {}, items } = schema
  if (typeof $ref === 'string') return fieldsBelow(root, definition(root, $ref), path)
  if (Array.isArray(anyOf)) {
    return anyOf.filter((one) => one.type !== 'null').flatMap((one) => fieldsBelow(root, one, path))
  }
  const [named] = [type].flat().filter((one) => one !== 'null')
  return [
    ...(path === '' ? [] : [[path, String(named)] as const]),
    ...Object.entries(properties as Schema).flatMap(([name, member]) =>
      fieldsBelow(root, member as Schema, path === '' ? name : `${path}.${name}`),
    ),
    ...(items ? fieldsBelow(root, items as Schema, `${path}[]`) : []),
  ]
}

function definition(root: Schema, reference: string): Schema {
  return reference
    .split('/')
    .slice(1)
    .reduce<Schema>((at, key) => at[key] as Schema, root)
}
