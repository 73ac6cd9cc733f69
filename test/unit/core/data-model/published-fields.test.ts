import { describe, expect, it } from 'vitest'
import { dataModelSchemas } from '#cli/data-model-page.ts'
import { fieldsOf } from '#core/data-model/mapping/table.ts'
import { allModels } from '#core/data-model/models.ts'
import { publishedFields, schemaFields } from '../../../support/published-fields.ts'

const MODELS = await allModels()

/** What any message and any answer may have in `Meta`, though not every published table lists it. */
const OF_ANY_META =
  /^Meta\.(?:SessionID|IsIncomplete|Logs(?:\[\](?:\.\w+)?)?|Errors(?:\[\](?:\.\w+)?)?)$/

/** What of `Meta` is old, or of another product. */
const OF_ENVELOPE = /^Meta\.(?:Message|Transmission|FacilityCode)/

const fileName = (name: string) =>
  name
    .replace(/ (\w+)$/, '-$1')
    .replace(/ /g, '')
    .toLowerCase()

const escaped = (text: string) => text.replace(/[.[\]]/g, '\\$&')

/** The others write, and answer with `Meta` alone. */
const FILLED = MODELS.filter(({ written }) => !written).map(
  (model) => [`${model.dataModel} ${model.eventType}`, model] as const,
)

const schemas = Object.entries(dataModelSchemas())

const fieldsIn = (name: string) =>
  schemaFields(JSON.parse(schemas.find(([file]) => file === `${name}.json`)?.[1] ?? '{}'))

describe('the fields of messages and answers', () => {
  it.each(schemas)('are published ones, of the published types: %s', (file, schema) => {
    const published = publishedFields(file.replace(/\.json$/, ''))
    const fields = [...schemaFields(JSON.parse(schema))]

    expect(fields.length).toBeGreaterThan(10)
    for (const [path, type] of fields) {
      // An item that is an object has no line of its own.
      if (OF_ANY_META.test(path) || (path.endsWith('[]') && type === 'object')) continue
      const types = published.get(path) ?? ['unpublished']
      if (!types.includes('any'))
        expect([path, types]).toEqual([path, expect.arrayContaining([type])])
    }
  })

  it.each(MODELS.map((model) => [`${model.dataModel} ${model.eventType}`, model] as const))(
    'are all published ones but those of which is said why not: %s',
    (name, { cannot }) => {
      const file = `${fileName(name)}.answer`
      const answer = fieldsIn(file)
      const excused = (path: string) =>
        OF_ENVELOPE.test(path) ||
        Object.keys(cannot).some(
          (one) => path === one || new RegExp(`^${escaped(one)}[.[]`).test(path),
        )

      const published = [...publishedFields(file).keys()]
      expect(published.filter((path) => !answer.has(path) && !excused(path))).toEqual([])
      for (const path of Object.keys(cannot)) {
        expect([path, published.includes(path), answer.has(path)]).toEqual([path, true, false])
      }
    },
  )

  it.each(FILLED)('are all that the tables fill: %s', (name, { parts }) => {
    const answer = fieldsIn(
      `${name
        .replace(/ (\w+)$/, '-$1')
        .replace(/ /g, '')
        .toLowerCase()}.answer`,
    )
    const filled = parts.flatMap(({ to, table }) =>
      fieldsOf(table).map((field) => (to === '' ? field : `${to}.${field}`)),
    )

    expect(filled.length).toBeGreaterThan(10)
    expect(filled.filter((field) => !answer.has(field))).toEqual([])
  })
})
