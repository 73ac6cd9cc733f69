import * as z from 'zod/mini'
import { SOURCES, sourceUrl } from '#core/data-model/mapping/sources.ts'
import type { Table } from '#core/data-model/mapping/table.ts'
import type { FilledPart, Model, WrittenPart } from '#core/data-model/model.ts'
import { allModels } from '#core/data-model/models.ts'
import { CODE_SYSTEMS } from '#core/data-model/terminology/code-systems.ts'

const MODELS = await allModels()

const MARK = '<!-- Below this line: `npm run docs`. -->'

/** The page with its tables written anew; what stands above them stays. */
export function dataModelPage(page: string): string {
  const [head = ''] = page.split(MARK)
  return [head.trimEnd(), '', MARK, '', ...MODELS.flatMap(modelSection), ...terms(), ''].join('\n')
}

/** The published JSON Schemas, by file name. */
export function dataModelSchemas(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    MODELS.flatMap((model) => [
      [`${fileName(model)}.message.json`, jsonSchema(model.message, 'input')],
      [`${fileName(model)}.answer.json`, jsonSchema(model.answerSchema, 'output')],
    ]),
  )
}

function jsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io, reused: 'ref' }), null, 2)}\n`
}

function fileName({ dataModel, eventType }: Model): string {
  return `${dataModel}-${eventType}`.replace(/\s/g, '').toLowerCase()
}

function modelSection(model: Model): readonly string[] {
  const file = fileName(model)
  return [
    `## ${model.dataModel} ${model.eventType}`,
    '',
    `[message](schemas/${file}.message.json), [answer](schemas/${file}.answer.json)`,
    '',
    ...model.parts.flatMap(partSection),
    ...(model.written ?? []).flatMap(writtenSection),
    ...cannotSection(model.cannot),
  ]
}

function partSection({ to, type, table, note }: FilledPart): readonly string[] {
  return [
    `### \`${to}\` from ${type}`,
    '',
    ...(note === undefined ? [] : [note, '']),
    '| Field | From | As | Source |',
    '| --- | --- | --- | --- |',
    ...rowsOf(table),
    '',
  ]
}

function writtenSection({ type, source, rows }: WrittenPart): readonly string[] {
  return [
    `### Written: ${type}`,
    '',
    '| Field of the message | Element | Source |',
    '| --- | --- | --- |',
    ...rows.map(
      ([field, element]) => `| \`${field}\` | ${element} | [${source}](${sourceUrl(source)}) |`,
    ),
    '',
  ]
}

function rowsOf({ rows, source }: Table, below = ''): readonly string[] {
  return rows.flatMap(({ to, from, as: rule, source: own = source }) => {
    const field = [below, to].filter(Boolean).join('.')
    const paths = (typeof from === 'string' ? [from] : from).map((path) => `\`${path}\``)
    return [
      `| ${field === '' ? '(the item itself)' : `\`${field}\``} | ${paths.join(', ')} | ${rule.name} | [${own}](${sourceUrl(own)}) |`,
      ...(rule.table ? rowsOf(rule.table, field) : []),
    ]
  })
}

function cannotSection(cannot: Readonly<Record<string, string>>): readonly string[] {
  const entries = Object.entries(cannot)
  if (entries.length === 0) return []
  return [
    '### Never filled',
    '',
    '| Field | Why |',
    '| --- | --- |',
    ...entries.map(([field, why]) => `| \`${field}\` | ${why} |`),
    '',
  ]
}

function terms(): readonly string[] {
  return [
    '## Code systems',
    '',
    'A code of any other system is kept, with the system’s own address as its `CodeSystem`.',
    '',
    '| FHIR | `CodeSystem` | `CodeSystemName` | Source |',
    '| --- | --- | --- | --- |',
    ...CODE_SYSTEMS.map(
      ({ system, oid, name, source }) =>
        `| \`${system}\` | ${oid} | ${name} | [${source}](${sourceUrl(source)}) |`,
    ),
    '',
    '## Sources',
    '',
    ...Object.entries(SOURCES).map(([name, url]) => `- \`${name}\`: ${url}`),
  ]
}
