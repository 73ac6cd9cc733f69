import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { withTable } from '../../sign-on/table.ts'

describe('docs/sign-on.md', () => {
  it('has the table that the flow tests’ names make: npm run docs', () => {
    const page = readFileSync('docs/sign-on.md', 'utf8')

    expect(page).toMatch(/\| `smart-ehr` \| `user` \| .+`test\/flow\//)
    expect(withTable(page)).toBe(page)
  })
})
