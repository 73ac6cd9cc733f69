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

  it('has each row that a defense is proved for, and no other', () => {
    const rows = [...PAGE.matchAll(/^\| (\d+) \|/gm)].map(([, row]) => Number(row))

    expect(new Set(rows)).toEqual(new Set(DEFENCES.flatMap((one) => one.rows)))
  })
})
