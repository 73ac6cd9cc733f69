import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { startInstance } from '../support/renewal/instance-process.ts'
import { renewalStage, type StageOptions } from '../support/renewal/stage.ts'

async function setup(options: StageOptions) {
  const stage = await renewalStage(options)
  const id = await stage.session()
  const served = async (instance: ReturnType<typeof stage.instance>): Promise<string> => {
    const session = await stage.row(id)
    if (!session) return 'gone'
    return instance.tokens.freshAccessToken(session).then(
      ({ accessToken }) => accessToken.reveal(),
      (error: unknown) => BrokerError.from(error).code,
    )
  }
  /** Holds the next request at the server until it is let go on. */
  const hold = () => {
    let letGo = () => {}
    const arrived = new Promise<void>((resolve) => {
      stage.endpoint.atArrival(() => {
        stage.endpoint.atArrival(undefined)
        resolve()
        return new Promise((goOn) => {
          letGo = () => goOn()
        })
      })
    })
    return { arrived, letGo: () => letGo() }
  }
  return { ...stage, id, served, hold }
}

describe('a token endpoint that answers after the time-out', { timeout: 120_000 }, () => {
  it('costs one more presentation, where it tolerates that', async () => {
    const { id, served, instanceOff, instance, endpoint, hold, waited } = await setup({
      kind: 'no rotation',
      reuse: 'unknown',
    })
    const { letGo } = hold()

    expect(await served(instanceOff(0))).toBe('upstream_unavailable')
    expect(endpoint.presentedOf(id)).toBe(1)
    letGo()
    waited.ms += 5_000

    expect(await served(instance())).toBe(`access-${id}-3`)
    expect(endpoint.presentedOf(id)).toBe(2)
  })

  it('has nobody present the token again, where that revokes the grant', async () => {
    const { id, served, instanceOff, instance, endpoint, hold, row } = await setup({
      kind: 'revokes on reuse',
      reuse: 'revokes',
    })
    const { letGo } = hold()

    expect(await served(instanceOff(0))).toBe('session_over')
    letGo()

    expect(await served(instance())).toBe('session_over')
    expect(endpoint.presentedOf(id)).toBe(1)
    expect((await row(id))?.status).toBe('reauthorization-required')
  })
})

describe('an instance that is frozen with its request on the way, and thawed', () => {
  it('puts nothing in the place of what was renewed meanwhile, and serves that', async () => {
    const { id, served, instance, endpoint, hold, config, row } = await setup({
      kind: 'no rotation',
      reuse: 'unknown',
    })
    const holder = await startInstance(config)
    const { arrived, letGo } = hold()
    const answered = holder.ask(id, 1)
    await arrived
    holder.freeze()
    letGo()

    expect(await served(instance())).toBe(`access-${id}-3`)
    holder.thaw()

    expect(await answered).toEqual([`access-${id}-3`])
    expect(await row(id)).toMatchObject({ tokenVersion: 2, status: 'active' })
    expect(await row(id)).not.toHaveProperty('lease')
    expect(endpoint.presentedOf(id)).toBe(2)
  }, 120_000)
})
