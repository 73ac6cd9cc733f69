import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { dynamodbEndSession } from '#adapters/dynamodb/end-session.ts'
import { BrokerError } from '#core/errors.ts'
import { AwsError } from '#local/aws/aws-error.ts'
import type { OnAwsCall } from '#local/aws-endpoint.ts'
import { renewalStage } from '../support/renewal/stage.ts'

type Stage = Awaited<ReturnType<typeof renewalStage>>
type Instance = ReturnType<Stage['instance']>

/** A server that revokes for a second presentation, and a session whose access token is over. */
async function setup(onCall?: OnAwsCall) {
  const stage = await renewalStage({
    kind: 'revokes on reuse',
    reuse: 'revokes',
    ...(onCall && { onCall }),
  })
  const id = await stage.session()
  /** The token that an instance serves, or the code of its error. */
  const served = async ({ tokens }: Instance = stage.instance()): Promise<string> => {
    const session = await stage.row(id)
    if (!session) return 'gone'
    return tokens.freshAccessToken(session).then(
      ({ accessToken }) => accessToken.reveal(),
      (error: unknown) => BrokerError.from(error).code,
    )
  }
  const table = { documents: stage.documents, tableName: stage.config.sessionsTable }
  return { ...stage, id, served, table, row: () => stage.row(id) }
}

/** Does something to the first of each write of the sessions' rows, which the SDK then repeats. */
function firstOfEachWrite(moment: 'before' | 'after', fault: () => Error) {
  const seen = new Set<string>()
  const told: string[] = []
  const state = { isOn: false }
  const onCall: OnAwsCall = ({ service, action, input }, when) => {
    const write = `${action} ${input['UpdateExpression']}`
    const isFirst = service === 'dynamodb' && action === 'UpdateItem' && !seen.has(write)
    if (!state.isOn || when !== moment || !isFirst) return
    seen.add(write)
    told.push(write)
    throw fault()
  }
  return { onCall, told, state }
}

describe('a renewal on DynamoDB, KMS and a token endpoint', () => {
  it.each([
    ['is applied, and its answer lost', 'after', () => new Error('lost')],
    [
      'is throttled',
      'before',
      () => new AwsError('ProvisionedThroughputExceededException', 'Too many'),
    ],
  ] as const)('is one where each write %s the first time', async (_, moment, fault) => {
    const { onCall, told, state } = firstOfEachWrite(moment, fault)
    const { id, served, instance, endpoint, row } = await setup(onCall)
    const one = instance()
    state.isOn = true

    expect(await served(one)).toBe(`access-${id}-2`)

    // The lease, and the tokens.
    expect(told).toHaveLength(2)
    expect(endpoint.presentedOf(id)).toBe(1)
    expect(await row()).toMatchObject({ tokenVersion: 2, fence: 1, status: 'active' })
    expect(await row()).not.toHaveProperty('lease')
    expect(one.log.lines.map(({ event }) => event)).toEqual(['token_refreshed'])
  })

  it('is one for callers whose clocks are two minutes off either way, and all are served', async () => {
    const { id, served, instanceOff, endpoint, row } = await setup()

    const tokens = await Promise.all(
      [-120, 0, 120].flatMap((seconds) => {
        const one = instanceOff(seconds)
        return [served(one), served(one), served(one)]
      }),
    )

    expect(endpoint.presentedOf(id)).toBe(1)
    // Whose clock is behind takes the old token for good, while somebody renews it.
    for (const token of tokens) expect([`access-${id}-1`, `access-${id}-2`]).toContain(token)
    expect(tokens).toContain(`access-${id}-2`)
    expect(await row()).toMatchObject({ tokenVersion: 2, status: 'active' })
  })

  it('does not bring back a session that was ended while it redeemed, whose newest tokens are kept to be revoked', async () => {
    const { id, served, endpoint, row, table } = await setup()
    endpoint.atArrival(() => dynamodbEndSession(table)(id))

    await served()

    expect(await row()).toMatchObject({ status: 'ending', tokenVersion: 2 })
    expect(await row()).not.toHaveProperty('lease')
    expect(await served()).toBe('session_over')
    expect(endpoint.presentedOf(id)).toBe(1)
  })

  it('does not bring back a session that was removed while it redeemed', async () => {
    const { id, served, endpoint, row, table } = await setup()
    endpoint.atArrival(async () => {
      await table.documents.send(new DeleteCommand({ TableName: table.tableName, Key: { id } }))
    })

    expect(await served()).toBe('session_over')
    expect(await row()).toBeUndefined()
  })
})
