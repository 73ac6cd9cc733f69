import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const headings = [
  ...readFileSync('CHANGELOG.md', 'utf8').matchAll(/^## \[(.+?)\](?: - (\S+))?$/gm),
].map(([, name, date]) => ({ name, date }))

describe('the changelog', () => {
  it('begins with what is not released yet, then this version with its day', () => {
    expect(headings[0]).toEqual({ name: 'Unreleased', date: undefined })
    expect(headings[1]).toEqual({
      name: version,
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    })
  })

  it('has the releases in their order, the newest first', () => {
    const rank = ({ name = '' }) =>
      name.split('.').reduce((sum, part) => sum * 1_000 + Number(part), 0)
    const ranks = headings.slice(1).map(rank)
    expect(ranks).toEqual(ranks.toSorted((a, b) => b - a))
    expect(new Set(ranks).size).toBe(ranks.length)
  })

  it('is of the version that the lock file has', () => {
    expect(JSON.parse(readFileSync('package-lock.json', 'utf8')).version).toBe(version)
  })
})
