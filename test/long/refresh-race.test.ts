import { describe, expect, it } from 'vitest'
import { startDynamodbLocal, whyNoDynamodbLocal } from '../support/dynamodb-local.ts'
import { startInstance } from '../support/renewal/instance-process.ts'
import { renewalStage } from '../support/renewal/stage.ts'

const INSTANCES = 5
const CALLERS = [100, 500] as const
/** Of each number of callers. */
const RUNS = 10

/** Where the sessions are: the embedded database, or Amazon's own, in Java. */
const WHY_NOT = await whyNoDynamodbLocal()
if (WHY_NOT) process.stdout.write(`no race over DynamoDB Local: ${WHY_NOT}\n`)

describe('callers of an expired session in five processes', { timeout: 600_000 }, () => {
  it.skipIf(WHY_NOT)('make one call upstream over DynamoDB Local, every time', async () => {
    await race(await startDynamodbLocal())
  })

  it('make one call upstream over the embedded database, every time', async () => {
    await race()
  })
})

/**
 * Ten runs with 100 callers and ten with 500, every other with a run of the scheduled refresher at
 * the same time. The authorization server revokes the grant when a refresh token comes twice, and
 * counts.
 */
async function race(dynamodbEndpoint?: string): Promise<void> {
  const stage = await renewalStage({
    kind: 'revokes on reuse',
    reuse: 'revokes',
    delayMs: 150,
    ...(dynamodbEndpoint && { dynamodbEndpoint }),
  })
  const start = () => startInstance(stage.config)
  const refresher = await start()
  const instances = await Promise.all(Array.from({ length: INSTANCES }, start))

  for (let run = 1; run <= RUNS * CALLERS.length; run += 1) {
    const callers = CALLERS[run % CALLERS.length] ?? 0
    const session = await stage.session()
    const asked = instances.map((one) => one.ask(session, callers / INSTANCES))
    // Of each number of callers every other run.
    const swept = run % 4 < 2 ? refresher.sweep() : undefined

    const served = (await Promise.all(asked)).flat()

    expect(served).toHaveLength(callers)
    expect(new Set(served), `run ${run}`).toEqual(new Set([`access-${session}-2`]))
    expect((await swept)?.failed ?? 0).toBe(0)
    expect(stage.endpoint.presentedOf(session)).toBe(1)
    expect(await stage.row(session)).toMatchObject({ fence: 1, tokenVersion: 2 })
  }
}
