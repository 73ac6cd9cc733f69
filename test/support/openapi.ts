import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'

const FILE = new URL('../../docs/openapi.yaml', import.meta.url)
const SCHEMAS = new URL('../../docs/schemas/', import.meta.url)
const METHODS = ['get', 'put', 'post', 'delete', 'patch']

type Node = Readonly<Record<string, unknown>>

/** A part of the document, and where it stands in it. */
interface Place {
  readonly value: Node
  /** A JSON Pointer (RFC 6901). */
  readonly pointer: string
}

export interface Operation {
  readonly id: string
  readonly tag: string
  readonly method: string
  /** With its parameters in braces. */
  readonly path: string
  /** The path's parameters, by name, with the example that the document gives. */
  readonly examples: Readonly<Record<string, string>>
  /** Media type and example of the request's body. */
  readonly body?: { readonly mediaType: string; readonly example: unknown }
  /** Each documented response: a status, or `default`. */
  readonly responses: readonly string[]
}

/** What an answer was, by the document. */
export interface Documented {
  readonly response: string
  /** `error`, or `issue.code`. */
  readonly code: string | undefined
}

/** `docs/openapi.yaml`, and whether an answer is one that it describes. */
export function openApi() {
  const text = readFileSync(FILE, 'utf8')
  const document = parse(text) as Node
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(document, 'openapi')
  const schemas = readdirSync(SCHEMAS).map((name) => ({
    uri: `schemas/${name}`,
    schema: JSON.parse(readFileSync(new URL(name, SCHEMAS), 'utf8')) as Node,
  }))
  for (const { uri, schema } of schemas) ajv.addSchema(schema, uri)

  function at(pointer: string): Place {
    const value = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>(
        (node, key) => (node as Node)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
        document,
      )
    if (typeof value !== 'object' || value === null) throw new Error(`nothing at ${pointer}`)
    const { $ref } = value as { readonly $ref?: string }
    return $ref === undefined ? { value: value as Node, pointer } : at($ref.replace(/^#/, ''))
  }
  const below = ({ pointer }: Place, ...keys: readonly string[]) =>
    at([pointer, ...keys.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1'))].join('/'))
  const entries = (place: Place, key: string): [string, Place][] =>
    Object.keys((place.value[key] ?? {}) as Node).map((name) => [name, below(place, key, name)])

  function faults(value: unknown, { pointer }: Place): readonly string[] {
    const validate = ajv.compile({ $ref: `openapi#${encodeURI(pointer)}` })
    if (validate(value)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath} ${message}: ${JSON.stringify(value)}`,
    )
  }

  const root = at('')
  const placeOf = new Map<string, Place>()
  const operations = entries(root, 'paths').flatMap(([path, item]) =>
    METHODS.filter((method) => method in item.value).map((method): Operation => {
      const place = below(item, method)
      const id = String(place.value['operationId'])
      placeOf.set(id, place)
      const parameters = entries(item, 'parameters').map(([, { value }]) => value)
      const [body] = place.value['requestBody']
        ? entries(below(place, 'requestBody'), 'content')
        : []
      return {
        id,
        tag: String((place.value['tags'] as readonly unknown[])[0]),
        method: method.toUpperCase(),
        path,
        examples: Object.fromEntries(
          parameters.map(({ name, example }) => [String(name), String(example)]),
        ),
        ...(body && { body: { mediaType: body[0], example: body[1].value['example'] } }),
        responses: Object.keys(place.value['responses'] as Node),
      }
    }),
  )

  /** Codes that a response lists as ours: of its schema, or of the first of its schemas. */
  function listedCodes(response: Place): readonly string[] {
    const [content] = entries(response, 'content').map(([, { value }]) => value)
    const schema = content?.['schema'] as { readonly anyOf?: readonly unknown[] } | undefined
    const ours = JSON.stringify(schema?.anyOf?.[0] ?? schema ?? {})
    const list = /"(?:code|error)":\{"enum":(\[[^\]]+\])\}/.exec(ours)?.[1]
    return list === undefined ? [] : JSON.parse(list)
  }

  return {
    text,
    /** The documents that it refers to. */
    schemas,
    operations,
    /** Every `name of a shared response › code` that the document lists. */
    codes: entries(at('/components'), 'responses').flatMap(([name, response]) =>
      listedCodes(response).map((code) => `${name} › ${code}`),
    ),
    /** The example of a parameter or of a body fits its own schema. */
    exampleFaults: (operation: Operation): readonly string[] => {
      const place = placeOf.get(operation.id)
      if (!place) return ['unknown']
      const item = at(place.pointer.slice(0, place.pointer.lastIndexOf('/')))
      const examples = [
        ...entries(item, 'parameters').map(([, parameter]) => parameter),
        ...(operation.body?.example === undefined
          ? []
          : [below(below(place, 'requestBody'), 'content', operation.body.mediaType)]),
      ]
      return examples.flatMap((one) => faults(one.value['example'], below(one, 'schema')))
    },
    /**
     * Judges an answer; what is wrong with it, and what it is by the document.
     *
     * @param isOurs not the EHR's own words, so that it must be of the form that we promise
     */
    async judge(
      operation: Operation,
      answer: Response,
      { isOurs = true } = {},
    ): Promise<Documented & { readonly name: string; readonly faults: readonly string[] }> {
      const status = operation.responses.find((one) => one === String(answer.status)) ?? 'default'
      const place = placeOf.get(operation.id) ?? root
      const response = below(place, 'responses', status)
      const name = response.pointer.split('/').at(-1) ?? ''

      const headerFaults = entries(response, 'headers').flatMap(([header, described]) => {
        const value = answer.headers.get(header)
        if (value !== null) return faults(value, below(described, 'schema'))
        return described.value['required'] ? [`${header} is missing`] : []
      })
      const body = await answer.text()
      const mediaType = answer.headers.get('content-type')?.split(';')[0] ?? ''
      const isHeadAlone = body === '' && ['Written', 'Created'].includes(name)
      if (response.value['content'] === undefined || isHeadAlone) {
        const bodyFaults = body === '' ? [] : [`a body where none is documented: ${body}`]
        return { name, response: status, code: undefined, faults: [...headerFaults, ...bodyFaults] }
      }
      if (!(mediaType in (response.value['content'] as Node))) {
        return { name, response: status, code: undefined, faults: [`of ${mediaType}: ${body}`] }
      }
      const schema = below(response, 'content', mediaType, 'schema')
      const json = JSON.parse(body)
      return {
        name,
        response: status,
        code: json.error ?? json.issue?.[0]?.code,
        faults: [
          ...headerFaults,
          ...faults(json, isOurs && schema.value['anyOf'] ? below(schema, 'anyOf', '0') : schema),
        ],
      }
    },
  }
}
