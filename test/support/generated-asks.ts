import fc from 'fast-check'

/** A FHIR request, the base left out; `BASE` stands for it in what is written. */
export interface GeneratedAsk {
  readonly method: string
  readonly path: string
  readonly query?: readonly (readonly [string, string])[]
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly form?: readonly (readonly [string, string])[]
}

const TYPES = ['Patient', 'Observation', 'Condition', 'Practitioner', 'Encounter', 'Basic']
const IDS = [
  ...['rosa-delgado', 'linh-nguyen', 'walter-lindqvist', 'pat-1', 'pat-2', 'obs-8867-4'],
  ...['made-1', 'made-2', 'new-1', 'nobody', 'A.b-9', '1'],
]
const type = fc.constantFrom(...TYPES)
const id = fc.constantFrom(...IDS)

/** What an app may look for, and what a URL may do to it on the way. */
const text = fc.oneof(
  fc.constantFrom('Rosa', 'Delgado', 'Okonkwo', 'http://loinc.org|8867-4', 'ge2020-01-01', 'final'),
  fc.constantFrom(
    'a b',
    'a+b',
    'a%20b',
    'a%7Cb',
    '%',
    'a&b=c',
    'é',
    '漢字',
    '😀',
    'a|b,c\\,d',
    '{x}',
    ';',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
)
const parameter = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'name',
      'family',
      'given',
      'identifier',
      'code',
      'status',
      'date',
      '_id',
      'x:y',
    ),
    text,
  ),
  fc.tuple(
    fc.constantFrom('_count', '_offset'),
    fc.integer({ min: 0, max: 30 }).map((count) => String(count)),
  ),
  fc.constantFrom(
    ['_sort', 'family'] as const,
    ['_summary', 'false'] as const,
    ['_format', 'json'] as const,
    ['patient', 'Patient/rosa-delgado'] as const,
    ['patient', 'pat-1'] as const,
  ),
)
const parameters = fc.array(parameter, { maxLength: 4 })

const resource = fc
  .tuple(fc.constantFrom('Observation', 'Condition', 'Basic', 'Patient'), text, fc.boolean())
  .map(([resourceType, note, isAbsolute]) => ({
    resourceType,
    ...(resourceType !== 'Patient' && {
      subject: { reference: `${isAbsolute ? 'BASE/' : ''}Patient/pat-1` },
      code: { text: note },
    }),
    ...(resourceType === 'Observation' && { status: 'preliminary' }),
    ...(resourceType === 'Patient' && { name: [{ family: note }] }),
  }))
const prefer = fc.constantFrom<Record<string, string>>(
  {},
  {},
  { prefer: 'return=minimal' },
  { prefer: 'return=representation, handling=lenient' },
)
const JSON_TYPE = { 'content-type': 'application/fhir+json' }

const entry = fc.oneof(
  fc.tuple(type, id).map(([one, name]) => ({ request: { method: 'GET', url: `${one}/${name}` } })),
  fc
    .tuple(type, id)
    .map(([one, name]) => ({ request: { method: 'GET', url: `BASE/${one}/${name}` } })),
  resource.map((one) => ({
    fullUrl: 'urn:uuid:6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c002',
    resource: one,
    request: { method: 'POST', url: one.resourceType },
  })),
  fc.tuple(resource, id).map(([one, name]) => ({
    resource: { ...one, id: name },
    request: { method: 'PUT', url: `${one.resourceType}/${name}` },
  })),
  fc
    .tuple(type, id)
    .map(([one, name]) => ({ request: { method: 'DELETE', url: `${one}/${name}` } })),
)

/** One request that an app may send, of any interaction that the door passes on. */
export const generatedAsk: fc.Arbitrary<GeneratedAsk> = fc.oneof(
  fc
    .tuple(type, id, fc.constantFrom('GET', 'GET', 'HEAD', 'DELETE'))
    .map(([one, name, method]) => ({ method, path: `/${one}/${name}` })),
  fc.tuple(type, parameters).map(([one, query]) => ({ method: 'GET', path: `/${one}`, query })),
  fc.tuple(type, parameters, parameters).map(([one, query, form]) => ({
    method: 'POST',
    path: `/${one}/_search`,
    query,
    form: [['_count', '10'] as const, ...form],
  })),
  fc.tuple(id, type, parameters).map(([name, one, query]) => ({
    method: 'GET',
    path: `/Patient/${name}/${one}`,
    query,
  })),
  fc
    .tuple(
      type,
      id,
      fc.constantFrom('/_history', '/_history/1', '/_history/9', '/$everything', '/$nope'),
    )
    .map(([one, name, rest]) => ({ method: 'GET', path: `/${one}/${name}${rest}` })),
  fc.tuple(type, id, fc.constantFrom('W/"1"', 'W/"2"', '"1"')).map(([one, name, etag]) => ({
    method: 'GET',
    path: `/${one}/${name}`,
    headers: { 'if-none-match': etag },
  })),
  fc.tuple(resource, prefer, fc.boolean(), text).map(([body, headers, isConditional, value]) => ({
    method: 'POST',
    path: `/${body.resourceType}`,
    headers: {
      ...JSON_TYPE,
      ...headers,
      ...(isConditional && { 'if-none-exist': `identifier=${encodeURIComponent(value)}` }),
    },
    body,
  })),
  fc
    .tuple(resource, id, prefer, fc.constantFrom(undefined, 'W/"1"', 'W/"7"'))
    .map(([body, name, headers, etag]) => ({
      method: 'PUT',
      path: `/${body.resourceType}/${name}`,
      headers: { ...JSON_TYPE, ...headers, ...(etag && { 'if-match': etag }) },
      body: { ...body, id: name },
    })),
  fc.tuple(type, id, text).map(([one, name, value]) => ({
    method: 'PATCH',
    path: `/${one}/${name}`,
    headers: { 'content-type': 'application/json-patch+json' },
    body: [{ op: 'replace', path: '/language', value }],
  })),
  fc
    .tuple(
      fc.array(entry, { maxLength: 5 }),
      fc.constantFrom('batch', 'transaction'),
      fc.constantFrom('', '/'),
    )
    .map(([entries, kind, path]) => ({
      method: 'POST',
      path,
      headers: JSON_TYPE,
      body: { resourceType: 'Bundle', type: kind, entry: entries },
    })),
  fc.constantFrom<GeneratedAsk>(
    { method: 'GET', path: '/Binary/pdf-1' },
    { method: 'GET', path: '/Binary/pdf-1', headers: { range: 'bytes=0-3' } },
    { method: 'GET', path: '/Binary/nothing', headers: { accept: 'application/pdf' } },
  ),
)
