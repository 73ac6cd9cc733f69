import type { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { toRegistryItems } from '#adapters/dynamodb/registry-item.ts'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { launchHandler } from '../lambdas/launch/handler.ts'
import { aConnection, anApp, NOW } from '../test/fixtures.ts'
import { noLinks } from '../test/lambdas/given-links.ts'
import { IDLE_CLIENT } from '../test/support/idle-client.ts'
import { recordingLog } from '../test/support/recording-log.ts'
import type { Bench } from './figure.ts'

const ORGANIZATIONS = 5_000
const ROUNDS = 9
const SEARCHES = ['', 'mercy', 'saint spring', '627', 'general hospital 4', 'nowhere at all']
const NAMES = ['Mercy', 'Saint Luke’s', 'General', 'Northside', 'Lakeview', 'St. Élise']
const CITIES = ['Springfield', 'Albany', 'Portland', 'Riverside', 'Fairview']
/** 6 kB, as a small PNG has them. */
const LOGO = `data:image/png;base64,${'iVBORw0K'.repeat(1_000)}`

/**
 * The launch picker over 5,000 organizations with two locations each and a logo: a page of the handler
 * on the DynamoDB adapter, whose rows are handed to it at once. What DynamoDB itself takes is left out,
 * and its reads are counted.
 */
export const bench: Bench = async function* () {
  const items = rows()
  const directory = [...items.values()].filter(({ id }) => `${id}`.startsWith('directory#'))
  const bytes = directory.reduce((sum, row) => sum + Buffer.byteLength(`${row['entries']}`), 0)
  yield { name: 'the directory of 5,000 organizations', value: bytes / 1e6, unit: 'MB' }
  yield { name: 'its rows', value: directory.length, unit: 'rows', bar: { atMost: 10 } }

  const colds: number[] = []
  const warms: number[] = []
  let reads = { cold: 0, warm: 0 }
  let largest = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const { open, count } = picker(items)
    const startedAt = performance.now()
    await open('mercy')
    colds.push(performance.now() - startedAt)
    reads = { ...reads, cold: count() }
    // Logos of these pages, which a warm instance has read before.
    for (const search of SEARCHES) await open(search)
    const before = count()
    for (let again = 0; again < 20; again += 1) {
      for (const search of SEARCHES) {
        const begun = performance.now()
        const body = await open(search)
        warms.push(performance.now() - begun)
        largest = Math.max(largest, Buffer.byteLength(body))
      }
    }
    reads = { ...reads, warm: count() - before }
  }
  yield { name: 'a new instance’s first search', value: at(colds, 0.5), unit: 'ms' }
  yield { name: 'its reads', value: reads.cold, unit: 'calls', bar: { atMost: 32 } }
  yield { name: 'a search, p50', value: at(warms, 0.5), unit: 'ms' }
  yield { name: 'a search, p95', value: at(warms, 0.95), unit: 'ms', bar: { atMost: 50 } }
  yield { name: 'its reads, within a minute', value: reads.warm, unit: 'calls', bar: { atMost: 0 } }
  yield {
    name: 'the largest page, logos included',
    value: largest / 1e3,
    unit: 'kB',
    bar: { atMost: 300 },
  }
}

function rows() {
  const organizations = Array.from({ length: ORGANIZATIONS }, (_, index) => ({
    slug: `org-${index}`,
    name: `${NAMES[index % NAMES.length]} Hospital ${index}`,
    aliases: [`H${index}`],
    locations: [0, 1].map((place) => ({
      name: place === 0 ? 'Main campus' : 'Clinic',
      city: CITIES[(index + place) % CITIES.length] ?? '',
      state: 'IL',
      postalCode: String(60_000 + ((index * 7 + place) % 10_000)),
    })),
    logo: LOGO,
  }))
  const contents = {
    organizations,
    apps: [anApp()],
    registrations: [],
    connections: organizations.map(({ slug }) =>
      aConnection({ id: slug, organization: slug, listed: true, standaloneLaunch: true }),
    ),
  }
  return new Map(toRegistryItems(contents).map((item) => [item.id, item]))
}

/** A new instance of the function. */
function picker(items: ReadonlyMap<string, object>) {
  let reads = 0
  const documents = {
    send: async ({ input }: GetCommand) => {
      reads += 1
      return { Item: items.get(`${input.Key?.['id']}`) }
    },
  } as unknown as DynamoDBDocumentClient
  const handler = launchHandler({
    registry: dynamodbRegistry({ documents, tableName: 'registry', now: () => NOW }),
    discovery: () => Promise.reject(new Error('nothing is to be discovered')),
    launches: memoryOneTimeStore(() => NOW),
    redirectUri: 'https://broker.example/live/redirect',
    ...IDLE_CLIENT,
    ...noLinks(),
    log: recordingLog(),
    now: () => NOW,
  })
  const open = async (search: string) => {
    const request: Partial<HttpRequest> = {
      httpMethod: 'GET',
      headers: {},
      pathParameters: { key: 'heartline' },
      multiValueQueryStringParameters: { search: [search] },
    }
    const { statusCode, body } = await handler(request as HttpRequest)
    if (statusCode !== 200) throw new Error(`The picker answered ${statusCode}`)
    return body
  }
  return { open, count: () => reads }
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN
}
