import { expect, it } from 'vitest'
import { sharedToken } from '#core/data-model/gather/shared-token.ts'
import { Secret } from '#core/secret.ts'
import { aSession } from '../../../fixtures.ts'

function setup() {
  const asked: (string | undefined)[] = []
  const tokens = sharedToken({
    async freshAccessToken(session, { rejected } = {}) {
      asked.push(rejected?.reveal())
      await Promise.resolve()
      return { accessToken: new Secret(`token-${asked.length}`), session }
    },
  })
  const session = aSession()
  const ask = async (rejected?: string) =>
    (
      await tokens.freshAccessToken(session, {
        ...(rejected !== undefined && { rejected: new Secret(rejected) }),
      })
    ).accessToken.reveal()
  return { asked, ask }
}

it('a message asks for its token once, however many searches it has', async () => {
  const { asked, ask } = setup()

  expect(await Promise.all([ask(), ask(), ask()])).toEqual(['token-1', 'token-1', 'token-1'])
  expect(await ask()).toBe('token-1')
  expect(asked).toEqual([undefined])
})

it('a message has a token that the EHR refuses renewed once for all its searches', async () => {
  const { asked, ask } = setup()
  await ask()

  expect(await Promise.all([ask('token-1'), ask('token-1')])).toEqual(['token-2', 'token-2'])
  expect(await ask('token-1')).toBe('token-2')
  expect(await ask()).toBe('token-2')
  expect(asked).toEqual([undefined, 'token-1'])
})
