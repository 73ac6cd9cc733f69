import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { dynamodbSealedSessions } from '#adapters/dynamodb/sealed-sessions.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { sealingKeyOf } from '#adapters/kms/sealing-key-of.ts'
import { kmsTokenVault } from '#adapters/kms/token-vault.ts'
import { reseal } from '#cli/vault/reseal.ts'
import { Secret } from '#core/secret.ts'
import type { Session } from '#core/session/session-store.ts'
import { aSession, NOW } from '../fixtures.ts'
import { createTables } from './local-aws.ts'

const TOKENS = {
  accessToken: new Secret('access-token'),
  refreshToken: new Secret('refresh-token'),
  tokenEndpoint: 'https://login.general.example/token',
  issuer: 'https://login.general.example',
  pagingKey: new Secret('paging-key'),
}

async function setup() {
  const { aws, documents, sessions: tableName, kms, keys } = await createTables()
  const store = dynamodbSessionStore({ documents, tableName })
  const sessions = dynamodbSealedSessions({ documents, tableName })
  const former = kmsTokenVault({ kms, keyArns: [keys.sealing] })
  const both = kmsTokenVault({ kms, keyArns: [keys.nextSealing, keys.sealing] })
  const bindingOf = ({ id, tokenVersion, connection }: Session) => ({
    session: id,
    tokenVersion,
    connection,
  })
  const deps = { sessions, vault: both, sealingKeyOf, newestKeyArn: keys.nextSealing, now: NOW }
  return {
    aws,
    store,
    sessions,
    former,
    both,
    keys,
    newest: kmsTokenVault({ kms, keyArns: [keys.nextSealing] }),
    bindingOf,
    deps,
    /** A session whose tokens are sealed under the former key. */
    async kept(overrides: Partial<Session> = {}) {
      const session = aSession(overrides)
      const sealedTokens = await former.seal(TOKENS, bindingOf(session))
      await store.create({ ...session, sealedTokens })
      return { ...session, sealedTokens }
    },
  }
}

const LEASE = {
  fence: 0,
  lease: { owner: 'holder', until: NOW + 20 },
  attempt: { id: 'holder', startedAt: NOW, phase: 'redeeming' as const },
}

describe('reseal', () => {
  it('puts what the former key sealed under the newest, which alone then opens it', async () => {
    const { deps, kept, store, newest, bindingOf, keys } = await setup()
    const session = await kept()
    await expect(newest.open(session.sealedTokens, bindingOf(session))).rejects.toMatchObject({
      detail: { reason: 'vault_key_unknown' },
    })

    expect(await reseal(deps)).toMatchObject({ resealed: 1, upToDate: 0, busy: 0, unopened: [] })

    const row = await store.read(session.id, { consistent: true })
    expect(sealingKeyOf(row?.sealedTokens ?? new Uint8Array())).toBe(keys.nextSealing)
    const { refreshToken } = await newest.open(
      row?.sealedTokens ?? new Uint8Array(),
      bindingOf(session),
    )
    expect(refreshToken?.reveal()).toBe('refresh-token')
    expect({ ...row, sealedTokens: undefined }).toEqual({ ...session, sealedTokens: undefined })
    expect(await reseal(deps)).toMatchObject({ resealed: 0, upToDate: 1 })
  })

  it('leaves a session that is being renewed to its holder, whose write it does not disturb', async () => {
    const { deps, kept, store, both, bindingOf } = await setup()
    const session = await kept()
    await store.acquireLease(session.id, LEASE)

    expect(await reseal(deps)).toMatchObject({ resealed: 0, busy: 1 })

    const renewed = {
      sealedTokens: await both.seal(TOKENS, { ...bindingOf(session), tokenVersion: 2 }),
      tokenVersion: 2,
      accessTokenExpiresAt: NOW + 7_200,
      refreshDueAt: NOW + 6_900,
      renewAhead: true as const,
      scopes: session.scopes,
    }
    expect(await store.storeTokens(session.id, { fence: 1, owner: 'holder' }, renewed)).toBe(true)
  })

  it('never puts older tokens in place of those that were stored after it read', async () => {
    const { kept, store, sessions, both, bindingOf } = await setup()
    const read = await kept()
    await store.acquireLease(read.id, LEASE)
    const sealedTokens = await both.seal(TOKENS, { ...bindingOf(read), tokenVersion: 2 })
    await store.storeTokens(
      read.id,
      { fence: 1, owner: 'holder' },
      {
        sealedTokens,
        tokenVersion: 2,
        accessTokenExpiresAt: NOW + 7_200,
        refreshDueAt: NOW + 6_900,
        scopes: read.scopes,
      },
    )

    const resealed = await both.seal(TOKENS, bindingOf(read))

    expect(await sessions.replace(read, resealed)).toBe(false)
    expect(await store.read(read.id, { consistent: true })).toMatchObject({
      tokenVersion: 2,
      sealedTokens,
    })
  })

  it('does not bring back a session that is gone', async () => {
    const { sessions, store, former, bindingOf } = await setup()
    const gone = aSession()

    expect(await sessions.replace(gone, await former.seal(TOKENS, bindingOf(gone)))).toBe(false)
    expect(await store.read(gone.id)).toBeUndefined()
  })

  it('leaves what is over, and names what does not open', async () => {
    const { deps, kept, store } = await setup()
    await kept({ id: 'over', expiresAt: NOW })
    const { sealedTokens } = await kept({ id: 'one' })
    await store.create(aSession({ id: 'moved', sealedTokens }))
    await store.create(aSession({ id: 'broken', sealedTokens: sealedTokens.slice(0, 40) }))

    const { unopened, ...counts } = await reseal(deps)

    expect(counts).toEqual({ resealed: 1, upToDate: 0, over: 1, busy: 0 })
    expect(unopened.sort()).toEqual(['broken', 'moved'])
    expect((await store.read('moved'))?.sealedTokens).toEqual(sealedTokens)
  })
})

describe('kmsTokenVault with two keys', () => {
  it('seals under the first, and opens what either sealed', async () => {
    const { aws, both, former, keys, bindingOf } = await setup()
    const binding = bindingOf(aSession())

    const sealed = await both.seal(TOKENS, binding)

    expect(sealingKeyOf(sealed)).toBe(keys.nextSealing)
    for (const ciphertext of [sealed, await former.seal(TOKENS, binding)]) {
      expect((await both.open(ciphertext, binding)).accessToken.reveal()).toBe('access-token')
    }
    const made = aws.calls.filter(({ action }) => action === 'GenerateDataKey')
    expect(made).toHaveLength(2)
  })
})

describe('a data key', () => {
  const dataKeys = ({ calls }: { readonly calls: readonly { readonly action: string }[] }) =>
    calls.filter(({ action }) => action === 'GenerateDataKey').length

  it('seals a thousand sets, and no more', async () => {
    const { aws, both, bindingOf } = await setup()
    const binding = bindingOf(aSession())

    for (let sets = 0; sets < 1_000; sets += 1) await both.seal(TOKENS, binding)
    expect(dataKeys(aws)).toBe(1)
    await both.seal(TOKENS, binding)

    expect(dataKeys(aws)).toBe(2)
  })

  it('seals four megabytes, and no more', async () => {
    const { aws, both, bindingOf } = await setup()
    const large = { ...TOKENS, accessToken: new Secret('x'.repeat(200_000)) }

    for (let sets = 0; sets < 20; sets += 1) await both.seal(large, bindingOf(aSession()))
    expect(dataKeys(aws)).toBe(1)
    await both.seal(large, bindingOf(aSession()))

    expect(dataKeys(aws)).toBe(2)
  })

  it('seals for five minutes, and no longer', async () => {
    const { aws, both, bindingOf } = await setup()
    const start = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    onTestFinished(() => void vi.useRealTimers())

    await both.seal(TOKENS, bindingOf(aSession()))
    vi.setSystemTime(start + 299_000)
    await both.seal(TOKENS, bindingOf(aSession()))
    expect(dataKeys(aws)).toBe(1)
    vi.setSystemTime(start + 301_000)
    await both.seal(TOKENS, bindingOf(aSession()))

    expect(dataKeys(aws)).toBe(2)
  })
})

describe('sealingKeyOf', () => {
  it.each([[new Uint8Array()], [new Uint8Array([2, 4, 120])], [Buffer.from('plain text')]])(
    'says of %j, which is no ciphertext, that it has none',
    (bytes) => {
      expect(sealingKeyOf(bytes)).toBeUndefined()
    },
  )
})
