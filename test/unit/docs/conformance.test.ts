import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { conformancePage, namedTests } from '../../conformance/page.ts'
import { CONFORMANCE_ROWS } from '../../conformance/rows.ts'

const page = readFileSync('test/CONFORMANCE.md', 'utf8')

describe('test/CONFORMANCE.md', () => {
  it('has each row once', () => {
    const rows = [...page.matchAll(/^\| ([A-Z]{2}-\d+) \|/gm)].map(([, id]) => id)

    expect(rows).toEqual(CONFORMANCE_ROWS.map(({ id }) => id))
  })

  it('names tests that are there: npm run docs', () => {
    const named = [...page.matchAll(/`(test\/[^`]+)`: (.+?)(?=<br>| \|$)/gm)]

    expect(named.length).toBeGreaterThan(100)
    for (const [, file = '', name = ''] of named) {
      expect(existsSync(file), file).toBe(true)
      expect(readFileSync(file, 'utf8')).toContain(name.replaceAll('\\|', '|'))
    }
  })

  it('is made of the names of tests', () => {
    const made = conformancePage(
      namedTests('test').filter(({ file }) => file.endsWith('discover.test.ts')),
    )

    expect(made).toMatch(
      /\| SM-08 \| .+ \| `test\/unit\/core\/discovery\/discover\.test\.ts`: appends/,
    )
    expect(made).toMatch(/\| TI-01 \| .+ \| does not apply: as SM-89 \|/)
  })
})
