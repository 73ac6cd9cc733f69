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

  it('has a test or a reason for each row, and every kind of token response among them', () => {
    const rows = [...page.matchAll(/^\| ([A-Z]{2})-(\d+) \| .* \| ([^|]+) \|$/gm)]
    const answers = rows.filter(([, family]) => family === 'NF').map(([, , row]) => Number(row))

    expect(rows.filter(([, , , shown]) => shown === 'no test names it')).toEqual([])
    expect(answers).toEqual(Array.from({ length: 79 }, (_, i) => i + 1))
  })

  it('has no reason where a test shows a row all the same', () => {
    const excused = new Set(CONFORMANCE_ROWS.flatMap(({ id, notHere }) => (notHere ? [id] : [])))

    expect(namedTests('test').filter(({ rows }) => rows.some((id) => excused.has(id)))).toEqual([])
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
