import { describe, expect, it } from 'vitest'
import type { SecretReader } from '#core/registry/registry.ts'

/** What every {@link SecretReader} owes its callers; `values` are the newest first. */
export function secretReaderContract(
  create: (values: Readonly<Record<string, readonly string[]>>) => Promise<SecretReader>,
): void {
  describe('as a SecretReader', () => {
    const reveal = async (reader: SecretReader, ref: string) =>
      (await reader.read(ref)).map((secret) => secret.reveal())

    it('answers the only value', async () => {
      const reader = await create({ 'general/heartline': ['one'] })
      expect(await reveal(reader, 'general/heartline')).toEqual(['one'])
    })

    it('answers the newest value and the one before it, and no older ones', async () => {
      const reader = await create({ heartline: ['three', 'two', 'one'] })
      expect(await reveal(reader, 'heartline')).toEqual(['three', 'two'])
    })

    it('answers an empty list for a secret that is not there', async () => {
      const reader = await create({ heartline: ['one'] })
      expect(await reveal(reader, 'other')).toEqual([])
      expect(await reveal(reader, 'heart')).toEqual([])
    })

    it('answers values that do not print', async () => {
      const reader = await create({ heartline: ['one'] })
      expect(`${await reader.read('heartline')}`).toBe('[secret]')
    })
  })
}
