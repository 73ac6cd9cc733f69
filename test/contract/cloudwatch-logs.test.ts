import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { logSearch } from '#cli/why/log-search.ts'
import { startAwsEndpoint } from '#local/aws-endpoint.ts'

async function setup(stateFolder?: string) {
  const aws = await startAwsEndpoint({
    logGroups: ['launch', 'access'],
    ...(stateFolder !== undefined && { stateFolder }),
  })
  const client = new CloudWatchLogsClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials('operator'),
    maxAttempts: 1,
  })
  let open = true
  const close = async () => {
    if (open) await aws.close()
    open = false
  }
  onTestFinished(close)
  const write = (group: string, members: object) => aws.log(group, 'local', JSON.stringify(members))
  return { client, write, close, log: aws.log, search: logSearch(client, ['launch', 'access']) }
}

const messages = (lines: readonly { readonly message: string }[]) =>
  lines.map(({ message }) => JSON.parse(message))

describe('logSearch, on the local CloudWatch Logs', () => {
  it('finds in every group the lines in which one of the members has the value', async () => {
    const { write, search } = await setup()
    write('launch', { referenceId: 'a', n: 1 })
    write('access', { requestId: 'a', n: 2 })
    write('launch', { referenceId: 'ab', n: 3 })
    write('launch', { other: 'a', n: 4 })

    const found = await search({ members: ['referenceId', 'requestId'], value: 'a', from: 0 })

    expect(messages(found).map(({ n }) => n)).toEqual([1, 2])
  })

  it('takes a line that is not JSON for no match', async () => {
    const { log, search } = await setup()
    log('launch', 'local', 'REPORT {"launchId":"a"}')

    expect(await search({ members: ['launchId'], value: 'a', from: 0 })).toEqual([])
  })

  it('reads on over pages, those without a match among them', async () => {
    const { write, search } = await setup()
    for (let n = 0; n < 2_500; n += 1) write('launch', { launchId: n % 2_400 === 0 ? 'a' : 'b', n })

    const found = await search({ members: ['launchId'], value: 'a', from: 0 })

    expect(messages(found).map(({ n }) => n)).toEqual([0, 2_400])
  })

  it('stops where a launch has more lines than explain it', async () => {
    const { write, search } = await setup()
    for (let n = 0; n < 2_100; n += 1) write('launch', { launchId: 'a' })

    expect(await search({ members: ['launchId'], value: 'a', from: 0 })).toHaveLength(1_000)
  })

  it('looks no further back than it is told', async () => {
    const { write, search } = await setup()
    write('launch', { launchId: 'a' })

    expect(await search({ members: ['launchId'], value: 'a', from: Date.now() + 1 })).toEqual([])
  })

  it('keeps the lines over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-logs-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const before = await setup(folder)
    before.write('launch', { launchId: 'a' })
    await before.close()

    const { search } = await setup(folder)

    expect(messages(await search({ members: ['launchId'], value: 'a', from: 0 }))).toEqual([
      { launchId: 'a' },
    ])
  })
})

describe('FilterLogEvents', () => {
  it('refuses a group that is not there, as AWS does', async () => {
    const { client } = await setup()

    await expect(
      client.send(new FilterLogEventsCommand({ logGroupName: 'none' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('gives as many lines as are asked for, and a token for the rest', async () => {
    const { client, write } = await setup()
    for (let n = 0; n < 3; n += 1) write('launch', { n })

    const first = await client.send(
      new FilterLogEventsCommand({ logGroupName: 'launch', limit: 2 }),
    )
    const { nextToken } = first
    const rest = await client.send(
      new FilterLogEventsCommand({ logGroupName: 'launch', limit: 2, nextToken }),
    )

    expect(first.events).toHaveLength(2)
    expect(rest.events?.map(({ message }) => message)).toEqual(['{"n":2}'])
    expect(rest.nextToken).toBeUndefined()
  })

  it.each(['ERROR', '{ $.status = 500 }', '{ $.a = "1" && $.b = "2" || $.c = "3" }'])(
    'refuses the pattern %s, which is not served here',
    async (filterPattern) => {
      const { client } = await setup()

      await expect(
        client.send(new FilterLogEventsCommand({ logGroupName: 'launch', filterPattern })),
      ).rejects.toMatchObject({ name: 'InvalidParameterException' })
    },
  )

  it.each([
    ['{ $.a = "1" && $.b = "2" }', 1],
    ['{ $.a = "1" || $.b = "3" }', 2],
    ['{ $.a = "*" }', 2],
    ['{ $.a = "." }', 0],
    ['{ $.c[1].d = "5" }', 1],
    ['{ $.c[0].d = "5" }', 0],
    [undefined, 2],
  ])('matches %s', async (filterPattern, count) => {
    const { client, write } = await setup()
    write('launch', { a: '1', b: '2' })
    write('launch', { a: '4', b: '3', c: [{}, { d: '5' }] })

    const { events } = await client.send(
      new FilterLogEventsCommand({ logGroupName: 'launch', filterPattern }),
    )

    expect(events).toHaveLength(count)
  })
})
