import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { type StateFile, stateFile } from '#local/state-file.ts'
import type { ProviderEntry } from './kept-adapter.ts'
import type { LaunchContext } from './launches.ts'

/** What the EHR has to remember for a session at a broker to outlive a restart of both. */
export interface EhrMemory {
  /** Grants and tokens. */
  readonly entries: StateFile<ProviderEntry>
  /** What was launched, by the grant that came of it. */
  readonly contexts: StateFile<LaunchContext>
  /** Signs ID tokens. */
  readonly signingKey: JWK
  readonly cookieKey: string
}

/** Remembers in a folder; until it is closed, without one. */
export async function ehrMemory(folder?: string): Promise<EhrMemory> {
  const file = (name: string) => (folder === undefined ? undefined : join(folder, name))
  const keys = stateFile<JWK | string>(file('keys.json'))
  const made = async (name: string, make: () => Promise<JWK | string>) => {
    const value = keys.get(name) ?? (await make())
    keys.set(name, value)
    return value
  }
  const signingKey = await made('signing', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true })
    return { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }
  })
  const cookieKey = await made('cookies', async () => randomBytes(32).toString('base64url'))
  if (typeof signingKey === 'string' || typeof cookieKey !== 'string') {
    throw new Error(`${file('keys.json')} is not the sandbox EHR’s`)
  }
  return {
    entries: stateFile(file('provider.json')),
    contexts: stateFile(file('contexts.json')),
    signingKey,
    cookieKey,
  }
}
