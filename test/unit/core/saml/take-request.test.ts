import { expect, test } from 'vitest'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { mintBinding } from '#core/launch/browser-binding.ts'
import { bearerHash, sealUnder } from '#core/launch/seal-under.ts'
import type { SamlRequestClear } from '#core/saml/begin-sign-on.ts'
import { takeRequest } from '#core/saml/take-request.ts'
import { Secret } from '#core/secret.ts'
import { NOW } from '../../../support/saml/messages.ts'

const ID = '_a-request'

async function setup() {
  const requests = memoryOneTimeStore<SamlRequestClear>(() => NOW)
  const keyHash = bearerHash(new Secret(ID))
  const browser = mintBinding(keyHash)
  const launchId = keyHash.slice(0, 8)
  await requests.put(keyHash, {
    browser,
    createdAt: NOW,
    expiresAt: NOW + 600,
    sealed: sealUnder(new Secret(ID), 'saml', {}),
    clear: { launchId, connection: 'hospital', app: 'heartline' },
  })
  const take = (id: string, connection: string, cookieHashes = [browser.cookieHash]) =>
    takeRequest(id, { connection, cookieHashes, relayState: undefined }, requests)
  return { take, launchId }
}

test('SA-07: of this browser and this connection is taken, once', async () => {
  const { take, launchId } = await setup()

  expect(await take(ID, 'hospital')).toMatchObject({ launchId })
  await expect(take(ID, 'hospital')).rejects.toMatchObject({ code: 'state_used' })
})

test('SA-07: of another connection is refused', async () => {
  const { take } = await setup()
  await expect(take(ID, 'clinic')).rejects.toMatchObject({
    code: 'saml_response_invalid',
    detail: { reason: 'in_response_to_invalid' },
  })
})

test('SA-07: of another browser, or of nobody, is refused', async () => {
  const { take } = await setup()
  await expect(take(ID, 'hospital', [])).rejects.toMatchObject({ code: 'state_browser_mismatch' })
  await expect(take('_forged', 'hospital')).rejects.toMatchObject({ code: 'state_unknown' })
})
