import { Ajv2020 } from 'ajv/dist/2020.js'
import { dataModelSchemas } from '#cli/data-model-page.ts'
import { envelope } from '#core/data-model/envelope.ts'
import type { FhirApi, Page } from '#core/data-model/gather/fhir-api.ts'
import { allModels } from '#core/data-model/models.ts'
import { BrokerError } from '#core/errors.ts'
import type { Session } from '#core/session/session-store.ts'
import { aConnection, anApp, aSession, NOW } from '../fixtures.ts'
import type { Resource } from './fhir-records.ts'

const MODELS = await allModels()

const BASE = 'https://ehr.general.example/fhir'
const REFERENCE = '0b5f1f3c-0a4c-4ad0-9a3c-6d1a54c1c0aa'

const schemas = dataModelSchemas()
const ajv = new Ajv2020({ strict: false, allErrors: true })
const validators = new Map(
  Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(JSON.parse(schema))]),
)

/** A FHIR server with these resources, and what is written into them, which ignores every parameter but the type, as a bad one may. */
export function memoryFhirApi(
  resources: readonly Resource[],
): FhirApi & { readonly asked: string[] } {
  const written = resources as Resource[]
  const asked: string[] = []
  const pageOf = (type: string): Page => ({
    type,
    resources: resources.filter(({ resourceType }) => resourceType === type),
    url: new URL(`${BASE}/${type}`),
  })
  return {
    asked,
    async read(type, id) {
      asked.push(`${type}/${id}`)
      return resources.find((one) => one['resourceType'] === type && one['id'] === id)
    },
    async search(type) {
      asked.push(type)
      return pageOf(type)
    },
    async create(resource, { system, value }) {
      asked.push(`create ${resource['resourceType']}`)
      const known = JSON.stringify(resources)
      if (known.includes(JSON.stringify({ system, value }))) return
      written.push({ ...resource, id: `new-${written.length}` })
    },
    async update(resource) {
      asked.push(`update ${resource['resourceType']}`)
      written.splice(
        written.findIndex((one) => one['id'] === resource['id']),
        1,
        resource,
      )
    },
    follow: () => Promise.reject(new BrokerError('upstream_refused')),
    localReference: (reference) =>
      /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}(?=$|\/_history\/)/.exec(
        reference.startsWith(`${BASE}/`) ? reference.slice(BASE.length + 1) : reference,
      )?.[0],
  }
}

export interface Asked {
  readonly dataModel: string
  readonly eventType: string
  /** Beside `Meta`. */
  readonly members: Resource
  readonly resources: readonly Resource[]
  readonly session?: Partial<Session>
}

/** What a model answers of these resources, its envelope included, as JSON. */
export async function answerOf({ dataModel, eventType, members, resources, session }: Asked) {
  const model = MODELS.find((one) => one.dataModel === dataModel && one.eventType === eventType)
  if (!model) throw new Error(`No model ${dataModel} ${eventType}`)
  const kind = { DataModel: dataModel, EventType: eventType }
  const connection = aConnection({ fhirBaseUrl: BASE })
  const given = await model.prepare({ Meta: kind, ...members })({
    api: memoryFhirApi(resources),
    session: aSession(session),
    connection,
    sessionBaseUrl: 'https://api.sallyport.example/fhir/R4/general/Development',
    referenceId: REFERENCE,
    now: () => NOW,
  })
  const told = envelope(kind, given, {
    connection,
    app: anApp(),
    referenceId: REFERENCE,
    now: NOW,
  })
  return JSON.parse(JSON.stringify(told)) as Resource
}

/** What of an answer its published JSON Schema does not allow. */
export function schemaFaults(name: string, answer: unknown): readonly string[] {
  const validate = validators.get(`${name}.answer.json`)
  if (!validate) throw new Error(`No schema ${name}`)
  if (validate(answer)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}
/** Every field that a value has, without the places in lists: `Allergies[].Substance.Code`. */
export function fieldsIn(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value))
    return value.flatMap((one) => [`${path}[]`, ...fieldsIn(one, `${path}[]`)])
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}.${name}`
    return [at, ...fieldsIn(member, at)]
  })
}
