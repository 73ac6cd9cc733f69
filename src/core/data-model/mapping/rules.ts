import { codeSystemOf } from '#core/data-model/terminology/code-systems.ts'
import { entryOf } from '#core/entry-of.ts'
import { isObject, listOf, textOf } from './json.ts'
import type { Rule } from './table.ts'

const CODE_FIELDS = ['.Code', '.CodeSystem', '.CodeSystemName', '.Name']

/** A code, its system as an OID: `Code` of the data model. */
interface Code {
  readonly Code?: string
  readonly CodeSystem?: string
  readonly CodeSystemName?: string
  readonly Name?: string
}

/** A text as it is. */
export const text: Rule = { name: 'text', convert: textOf }

/** A text, number or boolean as text: the data model writes most numbers so. */
export const literal: Rule = {
  name: 'as text',
  convert: (value) =>
    typeof value === 'number' && Number.isFinite(value) ? String(value) : textOf(value),
}

/** The value of a Quantity; `<5` where FHIR says that it is less. */
export const quantityValue: Rule = {
  name: 'value of the quantity',
  convert(value, resolve) {
    const amount = isObject(value) && literal.convert(value['value'], resolve)
    if (!isObject(value) || !amount) return undefined
    return `${textOf(value['comparator']) ?? ''}${amount}`
  },
}

/** A Quantity, as the data model writes one. */
export const quantity: Rule = {
  name: 'quantity',
  fields: ['.Quantity', '.Units'],
  convert(value, resolve) {
    if (!isObject(value)) return undefined
    const amount = quantityValue.convert(value, resolve)
    const units = textOf(value['unit']) ?? textOf(value['code'])
    return amount === undefined ? undefined : { Quantity: amount, ...(units && { Units: units }) }
  },
}

export const number: Rule = {
  name: 'number',
  convert: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
}

export const boolean: Rule = {
  name: 'boolean',
  convert: (value) => (typeof value === 'boolean' ? value : undefined),
}

/** Texts, each on a line of its own. */
export const lines: Rule = {
  ...text,
  choose: (values) => values.flatMap((value) => textOf(value) ?? []).join('\n'),
}

/** Whether there is an element at all. */
export const isThere: Rule = {
  name: 'true, if it is there',
  convert: (value) => (value === undefined || value === null || value === '' ? undefined : true),
}

/** What stands there whenever there is a value. */
export function constant(made: string | boolean): Rule {
  return { name: JSON.stringify(made), convert: () => made }
}

/** A text by a list; one that is not on it stays as it is, or with `only` is left out. */
export function mapped(
  map: Readonly<Record<string, string>>,
  { only = false }: { readonly only?: boolean } = {},
): Rule {
  return {
    name: only ? `of: ${Object.values(map).join(', ')}` : 'by a list of words',
    convert(value) {
      const said = textOf(value)
      if (said === undefined) return undefined
      return entryOf(map, said) ?? (only ? undefined : said)
    },
  }
}

/** The words of a CodeableConcept, Coding or text. */
export const wording: Rule = { name: 'its words', convert: wordsOf }

/** A CodeableConcept or Coding as `Code`, without alternatives. */
export const code: Rule = {
  name: 'code',
  fields: CODE_FIELDS,
  convert(value) {
    const [first] = codesOf(value)
    return first
  },
}

/** A CodeableConcept or Coding as most models write a code: the system by its name. */
export function codeset(words: 'Description' | 'Name'): Rule {
  return {
    name: 'code of a codeset',
    fields: ['.Code', '.Codeset', `.${words}`],
    convert(value) {
      const [first] = codesOf(value)
      if (!first) return undefined
      const { Code, CodeSystem, CodeSystemName = CodeSystem, Name } = first
      return {
        ...(Code !== undefined && { Code }),
        ...(CodeSystemName !== undefined && { Codeset: CodeSystemName }),
        ...(Name !== undefined && { [words]: Name }),
      }
    },
  }
}

/** A CodeableConcept as `Code`, with its further codings as `AltCodes`. */
export const codeWithAlternatives: Rule = {
  name: 'code with alternatives',
  fields: [
    ...CODE_FIELDS,
    '.AltCodes',
    '.AltCodes[]',
    ...CODE_FIELDS.map((field) => `.AltCodes[]${field}`),
  ],
  convert(value) {
    const [first, ...others] = codesOf(value)
    return first && others.length > 0 ? { ...first, AltCodes: others } : first
  },
}

/** A code, or a CodeableConcept with it, by a list of codes; any other as {@link code}. */
export function codedAs(map: Readonly<Record<string, Code>>): Rule {
  return {
    name: 'code, by a list',
    fields: CODE_FIELDS,
    convert(value, resolve) {
      const codings = isObject(value) ? listOf(value['coding']) : []
      const said = [value, ...codings.map((coding) => isObject(coding) && coding['code'])]
      const known = said.find((one) => typeof one === 'string' && Object.hasOwn(map, one))
      if (known !== undefined) return map[known as string]
      return typeof value === 'string' ? { Code: value } : code.convert(value, resolve)
    },
  }
}

/** The codings in their order, the one that the EHR's user chose first; else the words alone. */
function codesOf(value: unknown): readonly Code[] {
  if (!isObject(value)) return textOf(value) === undefined ? [] : [{ Name: value as string }]
  const isConcept = 'coding' in value || 'text' in value
  const codings = (isConcept ? listOf(value['coding']) : [value]).filter(isObject)
  const words = textOf(value['text'])
  const codes = codings.flatMap((coding) => {
    const id = textOf(coding['code'])
    const name = textOf(coding['display']) ?? words
    const system = textOf(coding['system'])
    if (id === undefined && textOf(coding['display']) === undefined) return []
    const isChosen = coding['userSelected'] === true
    return [
      {
        isChosen,
        code: {
          ...(id !== undefined && { Code: id }),
          ...(system !== undefined && codeSystemOf(system)),
          ...(name !== undefined && { Name: name }),
        },
      },
    ]
  })
  if (codes.length === 0) return words === undefined ? [] : [{ Name: words }]
  return codes.toSorted((a, b) => Number(b.isChosen) - Number(a.isChosen)).map((one) => one.code)
}

function wordsOf(value: unknown): string | undefined {
  if (!isObject(value)) return textOf(value)
  const codings = listOf(value['coding']).filter(isObject)
  const display = [value, ...codings].map((one) => textOf(one['display'])).find(Boolean)
  return textOf(value['text']) ?? display ?? codings.map((one) => textOf(one['code'])).find(Boolean)
}
