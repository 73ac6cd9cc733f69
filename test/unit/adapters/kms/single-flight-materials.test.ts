import type { NodeCachingMaterialsManager } from '@aws-crypto/caching-materials-manager-node'
import { describe, expect, it } from 'vitest'
import { singleFlightMaterials } from '#adapters/kms/single-flight-materials.ts'

type Materials = Pick<NodeCachingMaterialsManager, 'getEncryptionMaterials' | 'decryptMaterials'>

/** Materials that are asked for by hand: each request waits until it is answered. */
function setup() {
  const asked: string[] = []
  const answers: ((is: 'found' | 'away') => void)[] = []
  const ask = (what: string) => {
    asked.push(what)
    return new Promise((resolve, reject) => {
      answers.push((is) => (is === 'found' ? resolve(what) : reject(new Error('KMS is away'))))
    })
  }
  const materials = singleFlightMaterials({
    getEncryptionMaterials: (request) => ask(`seal ${request.encryptionContext['connection']}`),
    decryptMaterials: (request) => ask(`open ${request.encryptionContext['connection']}`),
  } as Materials)
  const seal = (connection: string) =>
    materials.getEncryptionMaterials({ encryptionContext: { connection } } as never)
  const open = (connection: string, dataKey: number, providerInfo = 'key') => {
    const encryptedDataKeys = [{ providerInfo, encryptedDataKey: Uint8Array.of(dataKey) }]
    const request = { encryptionContext: { connection }, encryptedDataKeys }
    return materials.decryptMaterials(request as never)
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { asked, answers, seal, open, settled }
}

describe('a data key', () => {
  it('is asked for once by all who need it at once; they look again when it is there', async () => {
    const { asked, answers, seal, settled } = setup()
    const both = [seal('a'), seal('a')]
    await settled()
    expect(asked).toEqual(['seal a'])

    answers[0]?.('found')
    await settled()
    answers[1]?.('found')

    expect(await Promise.all(both)).toEqual(['seal a', 'seal a'])
  })

  it('is asked for by each who waited in vain', async () => {
    const { asked, answers, seal, settled } = setup()
    const both = [seal('a'), seal('a')].map((one) => one.catch(String))
    answers[0]?.('away')
    await settled()
    expect(asked).toHaveLength(2)
    answers[1]?.('found')

    expect(await Promise.all(both)).toEqual(['Error: KMS is away', 'seal a'])
  })

  it('is waited for by nobody who needs another one', async () => {
    const { asked, seal, open, settled } = setup()

    void seal('a')
    void seal('b')
    void open('a', 1)
    void open('b', 1)
    void open('a', 2)
    void open('a', 1, 'another key')
    await settled()

    expect(asked).toEqual(['seal a', 'seal b', 'open a', 'open b', 'open a', 'open a'])
  })

  it('is asked for once again by all who need it after that', async () => {
    const { asked, answers, seal, settled } = setup()
    const first = seal('a')
    answers[0]?.('found')
    await first

    void seal('a')
    void seal('a')
    await settled()

    expect(asked).toEqual(['seal a', 'seal a'])
  })
})
