import { UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { rememberVerified } from '#core/app-token/remember-verified.ts'
import { BrokerError } from '#core/errors.ts'
import { NOW } from '../../../fixtures.ts'

const CALLER = { app: 'heartline', clientId: 'server', scope: 'system/*.cruds' }
const bearer = (exp: number) => `Bearer ${new UnsecuredJWT({ exp }).encode()}`

function setup() {
  const clock = { now: NOW }
  const asked: (string | undefined)[] = []
  const verify = rememberVerified(
    async (authorization) => {
      asked.push(authorization)
      if (authorization === undefined || authorization.endsWith('bad')) {
        throw new BrokerError('token_invalid')
      }
      return CALLER
    },
    () => clock.now,
  )
  return { clock, asked, verify }
}

describe('rememberVerified', () => {
  it('verifies a token once, until it expires', async () => {
    const { clock, asked, verify } = setup()
    const token = bearer(NOW + 300)
    expect(await verify(token)).toEqual(CALLER)
    clock.now += 299
    expect(await verify(token)).toEqual(CALLER)
    expect(asked).toHaveLength(1)
    clock.now += 1
    await verify(token)
    expect(asked).toHaveLength(2)
  })

  it('takes no token for another, and remembers no refusal', async () => {
    const { asked, verify } = setup()
    await verify(bearer(NOW + 300))
    await verify(bearer(NOW + 301))
    await expect(verify('Bearer bad')).rejects.toMatchObject({ code: 'token_invalid' })
    await expect(verify('Bearer bad')).rejects.toMatchObject({ code: 'token_invalid' })
    await expect(verify(undefined)).rejects.toMatchObject({ code: 'token_invalid' })
    expect(asked).toHaveLength(5)
  })
})
