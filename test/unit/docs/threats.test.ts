import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DEFENCES } from '../../defences/defences.ts'

const ROOT = new URL('../../../', import.meta.url)
const PAGE = readFileSync(new URL('docs/threats.md', ROOT), 'utf8')
const FILES = [...PAGE.matchAll(/`([\w./-]+\/[\w./-]+\.ts)`/g)].map(([, path]) => path ?? '')

describe('docs/threats.md', () => {
  it.each([...new Set(FILES)])('names a file that exists: %s', (path) => {
    expect(existsSync(new URL(path, ROOT))).toBe(true)
  })

  it.each(DEFENCES.map((one) => [one.defence, one] as const))(
    'has a patch that applies once: %s',
    (_, { patch }) => {
      const source = readFileSync(new URL(patch.file, ROOT), 'utf8')
      expect(source.split(patch.find)).toHaveLength(2)
    },
  )

  it('has each row that a defense is proved for, and no other', () => {
    const rows = [...PAGE.matchAll(/^\| (\d+) \|/gm)].map(([, row]) => Number(row))

    expect(new Set(rows)).toEqual(new Set(DEFENCES.flatMap((one) => one.rows)))
  })
})
