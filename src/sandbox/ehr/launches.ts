import { randomBytes } from 'node:crypto'

/** Longer than any EHR takes to open an app, and short enough that a kept link is worth nothing. */
const HANDLE_LIFETIME_MS = 300_000

/** Who opened the app, and on whom: ids of the Practitioner, Patient and Encounter. */
export interface LaunchContext {
  readonly clinician: string
  readonly patient: string
  readonly encounter: string
  /** The patient came by themselves: nobody else is signed on. */
  readonly isPatient?: boolean
}

/** The EHR's memory of what its launch handles stand for. */
export interface Launches {
  /** Makes a handle that can be taken once, within five minutes. */
  mint(context: LaunchContext): string
  /** What a handle stands for; `undefined` if it is unknown, expired or was already taken. */
  take(handle: string): LaunchContext | undefined
  /** What a handle stood for when it was taken: for the pages between request and consent. */
  taken(handle: string): LaunchContext | undefined
}

interface Entry {
  readonly context: LaunchContext
  readonly expiresAtMs: number
  isTaken: boolean
}

export function rememberLaunches(): Launches {
  const entries = new Map<string, Entry>()

  return {
    mint(context) {
      const handle = randomBytes(18).toString('base64url')
      entries.set(handle, {
        context,
        expiresAtMs: Date.now() + HANDLE_LIFETIME_MS,
        isTaken: false,
      })
      return handle
    },

    take(handle) {
      const entry = entries.get(handle)
      if (!entry || entry.isTaken || entry.expiresAtMs <= Date.now()) return undefined
      entry.isTaken = true
      return entry.context
    },

    taken(handle) {
      const entry = entries.get(handle)
      return entry?.isTaken ? entry.context : undefined
    },
  }
}
