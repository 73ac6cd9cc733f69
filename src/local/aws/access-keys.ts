import { randomBytes } from 'node:crypto'

/** Long-lived credentials, in the shape that the SDK's clients take. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Who may call: each caller has an access key, by which the endpoint knows it. */
export interface AccessKeys {
  /** The caller's key; the same one at every call. One instance of a function has its own. */
  of(caller: string, instance?: string): AccessKey
  /** Whom an access key id stands for, and its secret. */
  find(accessKeyId: string): (Caller & { readonly secret: string }) | undefined
}

/** Who made a call. */
export interface Caller {
  /** A function's logical id, or `operator`. */
  readonly caller: string
  /** The function's instance. */
  readonly instance?: string
}

export function accessKeys(): AccessKeys {
  const byCaller = new Map<string, AccessKey>()
  const byId = new Map<string, Caller & { readonly secret: string }>()
  return {
    of(caller, instance) {
      const name = JSON.stringify([caller, instance])
      const known = byCaller.get(name)
      if (known) return known
      const key = {
        accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64url'),
      }
      byCaller.set(name, key)
      byId.set(key.accessKeyId, {
        caller,
        ...(instance !== undefined && { instance }),
        secret: key.secretAccessKey,
      })
      return key
    },
    find: (accessKeyId) => byId.get(accessKeyId),
  }
}
