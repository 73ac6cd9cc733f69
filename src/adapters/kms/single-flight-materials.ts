import type { NodeCachingMaterialsManager } from '@aws-crypto/caching-materials-manager-node'

type Materials = Pick<NodeCachingMaterialsManager, 'getEncryptionMaterials' | 'decryptMaterials'>

/**
 * Has whoever needs a data key that is being asked for already wait for that, and then look into the
 * cache again: many sessions share a data key, and a cold instance meets many of them at once.
 *
 * Who has waited in vain asks too: why KMS did not answer is noted for each that asks
 * (`encryption-sdk-client.ts`).
 */
export function singleFlightMaterials(caching: Materials): Materials {
  const flights = new Map<string, Promise<unknown>>()

  async function inTurn<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const flight = flights.get(key)
    if (flight !== undefined) {
      await flight.catch(() => undefined)
      return ask()
    }
    const own = ask().finally(() => flights.delete(key))
    flights.set(key, own)
    return own
  }

  return {
    getEncryptionMaterials(request) {
      const key = JSON.stringify(['seal', request.encryptionContext])
      return inTurn(key, () => caching.getEncryptionMaterials(request))
    },

    decryptMaterials(request) {
      const { encryptionContext, encryptedDataKeys } = request
      const dataKeys = encryptedDataKeys.map(({ providerInfo, encryptedDataKey }) => [
        providerInfo,
        Buffer.from(encryptedDataKey).toString('base64'),
      ])
      const key = JSON.stringify(['open', encryptionContext, dataKeys])
      return inTurn(key, () => caching.decryptMaterials(request))
    },
  }
}
