import { randomBytes } from 'node:crypto'

/** Long-lived credentials, in the shape that the SDK's clients take. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Who may call: each caller has one access key, by which the endpoint knows it. */
export interface AccessKeys {
  /** The caller's key; the same one at every call. */
  of(caller: string): AccessKey
  /** The caller and the secret that an access key id stands for. */
  find(accessKeyId: string): { readonly caller: string; readonly secret: string } | undefined
}

export function accessKeys(): AccessKeys {
  const byCaller = new Map<string, AccessKey>()
  const byId = new Map<string, { caller: string; secret: string }>()
  return {
    of(caller) {
      const known = byCaller.get(caller)
      if (known) return known
      const key = {
        accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64url'),
      }
      byCaller.set(caller, key)
      byId.set(key.accessKeyId, { caller, secret: key.secretAccessKey })
      return key
    },
    find: (accessKeyId) => byId.get(accessKeyId),
  }
}
