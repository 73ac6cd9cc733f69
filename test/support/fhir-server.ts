import type { ServerResponse } from 'node:http'
import type { FhirRequestSeen } from './fake-ehr.ts'

type Json = Record<string, unknown> & { resourceType: string; id?: string }

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json | Buffer
}

interface Asked {
  readonly method: string
  /** Below the base, with its query. */
  readonly url: string
  readonly body?: unknown
  readonly header: (name: string) => string | undefined
  readonly base: string
}

export const PATIENTS = 250
const DEFAULT_PAGE = 50

/**
 * A FHIR server in memory that does what an EHR's does: versions, conditions, pages by a state that
 * only it understands, batches, operations and content. The same requests in the same order have the
 * same answers, but for the base in them.
 */
export function fhirServer() {
  const versions = new Map<string, (Json | 'deleted')[]>()
  const binaries = new Map<string, { readonly type: string; readonly bytes: Buffer }>()
  let minted = 0

  const seed = (base: string) => {
    for (let index = 1; index <= PATIENTS; index += 1) {
      keep({
        resourceType: 'Patient',
        id: `pat-${index}`,
        identifier: [{ system: `${base}/ids`, value: String(index) }],
        name: [{ family: 'Okonkwo', given: [`Adaeze ${index}`] }],
        managingOrganization: { reference: `${base}/Organization/org-1` },
      })
    }
    for (const code of ['8867-4', '8480-6']) {
      keep({
        resourceType: 'Observation',
        id: `obs-${code}`,
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code }] },
        subject: { reference: `${base}/Patient/pat-1` },
      })
    }
    keep({ resourceType: 'Practitioner', id: 'prac-1', name: [{ family: 'Lindqvist' }] })
    binaries.set('pdf-1', { type: 'application/pdf', bytes: Buffer.from('%PDF-1.7\n\u00ff\n') })
  }

  function keep(resource: Json): Json {
    const key = `${resource.resourceType}/${resource.id}`
    const history = versions.get(key) ?? []
    const kept = { ...resource, meta: { versionId: String(history.length + 1) } }
    versions.set(key, [...history, kept])
    return kept
  }

  const current = (key: string) => versions.get(key)?.at(-1)
  const etag = (resource: Json) => `W/"${(resource['meta'] as { versionId: string }).versionId}"`

  function shown(resource: Json, status = 200, more: Record<string, string> = {}): Answer {
    return { status, headers: { etag: etag(resource), ...more }, body: resource }
  }

  function found(type: string, parameters: URLSearchParams): readonly Json[] {
    return [...versions.values()]
      .map((history) => history.at(-1))
      .filter((one): one is Json => one !== undefined && one !== 'deleted')
      .filter(({ resourceType }) => resourceType === type)
      .filter((one) => matches(one, parameters))
  }

  function search(asked: Asked, type: string, parameters: URLSearchParams): Answer {
    const state = parameters.get('_getpages')
    const wanted = state
      ? new URLSearchParams(Buffer.from(state, 'base64url').toString())
      : parameters
    const offset = Number(wanted.get('offset') ?? 0)
    const count = Number(wanted.get('_count') ?? DEFAULT_PAGE)
    const all = found(wanted.get('type') ?? type, wanted)
    const next = new URLSearchParams(wanted)
    next.set('type', wanted.get('type') ?? type)
    next.set('offset', String(offset + count))
    const page = all.slice(offset, offset + count)
    return {
      status: 200,
      body: {
        resourceType: 'Bundle',
        type: 'searchset',
        total: all.length,
        link: [
          { relation: 'self', url: `${asked.base}/${type}?${parameters}` },
          ...(offset + count < all.length
            ? [
                {
                  relation: 'next',
                  url: `${asked.base}?_getpages=${Buffer.from(String(next)).toString('base64url')}`,
                },
              ]
            : []),
        ],
        entry: page.map((resource) => entry(asked.base, resource)),
      },
    }
  }

  function write(asked: Asked, type: string, id: string): Answer {
    const before = current(`${type}/${id}`)
    const ifMatch = asked.header('if-match')
    if (before && before !== 'deleted' && ifMatch && ifMatch !== etag(before)) {
      return refused(412, 'conflict')
    }
    const kept = keep({ ...(asked.body as Json), resourceType: type, id })
    return shown(kept, before ? 200 : 201, {
      location: `${asked.base}/${type}/${id}/_history/${(kept['meta'] as { versionId: string }).versionId}`,
    })
  }

  function create(asked: Asked, type: string): Answer {
    const condition = asked.header('if-none-exist')
    const same = condition ? found(type, new URLSearchParams(condition)) : []
    if (same.length > 1) return refused(412, 'multiple-matches')
    if (same[0]) return shown(same[0])
    minted += 1
    return write(asked, type, `new-${minted}`)
  }

  function patched(asked: Asked, type: string, id: string): Answer {
    const before = current(`${type}/${id}`)
    if (!before || before === 'deleted') return refused(404, 'not-found')
    const operations = Array.isArray(asked.body) ? asked.body : []
    const changes = operations.map(({ path, value }) => [String(path).slice(1), value])
    return shown(keep({ ...before, ...Object.fromEntries(changes) }))
  }

  function onInstance(asked: Asked, type: string, id: string): Answer {
    const key = `${type}/${id}`
    const resource = current(key)
    if (asked.method === 'PUT') return write(asked, type, id)
    if (asked.method === 'PATCH') return patched(asked, type, id)
    if (type === 'Binary' && binaries.has(id)) return content(asked, id)
    if (!resource) return refused(404, 'not-found')
    if (asked.method === 'DELETE') {
      versions.get(key)?.push('deleted')
      return { status: 204 }
    }
    if (resource === 'deleted') return refused(410, 'deleted')
    if (asked.header('if-none-match') === etag(resource)) {
      return { status: 304, headers: { etag: etag(resource) } }
    }
    return shown(resource)
  }

  function content(asked: Asked, id: string): Answer {
    const { type, bytes } = binaries.get(id) ?? { type: '', bytes: Buffer.alloc(0) }
    const range = /^bytes=(\d+)-(\d+)$/.exec(asked.header('range') ?? '')
    if (!range)
      return {
        status: 200,
        headers: { 'content-type': type, 'accept-ranges': 'bytes' },
        body: bytes,
      }
    const [from, to] = [Number(range[1]), Number(range[2])]
    return {
      status: 206,
      headers: { 'content-type': type, 'content-range': `bytes ${from}-${to}/${bytes.length}` },
      body: bytes.subarray(from, to + 1),
    }
  }

  function batch(asked: Asked): Answer {
    const { type, entry: entries = [] } = asked.body as unknown as {
      readonly type: string
      readonly entry?: readonly {
        readonly resource?: Json
        readonly request: {
          readonly method: string
          readonly url: string
          readonly ifMatch?: string
        }
      }[]
    }
    const entry = entries.map(({ resource, request }) => {
      const url = request.url.replace(asked.base, '').replace(/^\/?/, '/')
      const header = (name: string) => (name === 'if-match' ? request.ifMatch : undefined)
      const { status, headers, body } = answer({
        ...asked,
        method: request.method,
        url,
        body: resource,
        header,
      })
      return {
        ...(body && !Buffer.isBuffer(body) && { resource: body }),
        response: {
          status: String(status),
          ...(headers?.['location'] && { location: headers['location'] }),
          ...(headers?.['etag'] && { etag: headers['etag'] }),
        },
      }
    })
    return { status: 200, body: { resourceType: 'Bundle', type: `${type}-response`, entry } }
  }

  function answer(asked: Asked): Answer {
    const [path = '', query = ''] = asked.url.split('?', 2)
    const parameters = new URLSearchParams(query)
    const [type = '', id, third, version] = path.split('/').slice(1)
    if (type === '' && asked.method === 'POST') return batch(asked)
    if (type === '') return search(asked, 'Patient', parameters)
    if (type === 'metadata') return { status: 200, body: { resourceType: 'CapabilityStatement' } }
    if (id === '_search') return search(asked, type, new URLSearchParams(String(asked.body)))
    if (id === undefined) {
      if (asked.method === 'POST') return create(asked, type)
      if (asked.method === 'GET') return search(asked, type, parameters)
      const [only, ...others] = found(type, parameters)
      if (!only || others.length > 0) return refused(412, 'multiple-matches')
      return onInstance(asked, type, only.id ?? '')
    }
    if (third === '$everything') return everything(asked, id)
    if (third?.startsWith('$')) return refused(404, 'not-supported')
    if (third === '_history') return past(asked, `${type}/${id}`, version)
    if (third !== undefined)
      return search(
        asked,
        third,
        new URLSearchParams({ patient: id, ...Object.fromEntries(parameters) }),
      )
    return onInstance(asked, type, id)
  }

  function everything(asked: Asked, id: string): Answer {
    const patient = current(`Patient/${id}`)
    if (!patient || patient === 'deleted') return refused(404, 'not-found')
    const observations = found('Observation', new URLSearchParams({ patient: id }))
    const entries = [patient, ...observations].map((one) => entry(asked.base, one))
    return { status: 200, body: { resourceType: 'Bundle', type: 'searchset', entry: entries } }
  }

  function past(asked: Asked, key: string, version: string | undefined): Answer {
    const history = versions.get(key) ?? []
    if (version !== undefined) {
      const one = history[Number(version) - 1]
      return one && one !== 'deleted' ? shown(one) : refused(404, 'not-found')
    }
    const entries = history
      .filter((one): one is Json => one !== 'deleted')
      .map((one) => ({
        ...entry(asked.base, one),
        request: { method: 'PUT', url: key },
      }))
    return { status: 200, body: { resourceType: 'Bundle', type: 'history', entry: entries } }
  }

  return (seen: FhirRequestSeen, response: ServerResponse) => {
    const base = `http://${seen.headers.host}/fhir`
    if (versions.size === 0) seed(base)
    const { status, headers, body } = answer({
      method: seen.method === 'HEAD' ? 'GET' : seen.method,
      url: seen.url.slice('/fhir'.length),
      body: parsed(seen),
      header: (name) => [seen.headers[name]].flat()[0],
      base,
    })
    const isMinimal =
      status < 400 && seen.method !== 'GET' && seen.headers['prefer'] === 'return=minimal'
    const bytes = Buffer.isBuffer(body)
      ? body
      : Buffer.from(body && !isMinimal ? JSON.stringify(body) : '')
    response
      .writeHead(status, {
        ...(bytes.length > 0 && { 'content-type': 'application/fhir+json' }),
        ...(![204, 304].includes(status) && { 'content-length': bytes.length }),
        ...headers,
      })
      .end(seen.method === 'HEAD' ? undefined : bytes)
  }
}

function parsed({ body, headers }: FhirRequestSeen): unknown {
  if (!headers['content-type']?.includes('json')) return body
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function entry(base: string, resource: Json) {
  return {
    fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
    resource,
    search: { mode: 'match' },
  }
}

function refused(status: number, code: string): Answer {
  return {
    status,
    body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] },
  }
}

/** The few parameters that it knows; others select nothing and say nothing. */
function matches(resource: Json, parameters: URLSearchParams): boolean {
  const text = JSON.stringify(resource)
  return [...parameters].every(([name, value]) => {
    if (name === '_id') return value.split(',').includes(String(resource.id))
    if (name === 'family') return text.includes(`"family":"${value}`)
    if (name === 'identifier') return text.includes(`"value":"${value}"`)
    if (name === 'patient') return text.includes(`Patient/${value.replace(/^.*Patient\//, '')}"`)
    if (name !== 'code') return true
    const [system, code] = value.split('|')
    return text.includes(`{"system":"${system}","code":"${code}"}`)
  })
}
