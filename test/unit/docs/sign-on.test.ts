import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { shownIn, UNSHOWN, withTable } from '../../sign-on/table.ts'

describe('docs/sign-on.md', () => {
  const page = readFileSync('docs/sign-on.md', 'utf8')

  it('has the table that the flow tests’ names make: npm run docs', () => {
    expect(withTable(page)).toBe(page)
  })

  it('has a test for each scheme with each authority', () => {
    expect(page.match(/^\| `[a-z-]+` \| `(user|system|none)` \| .+`test\/flow\//gm)).toHaveLength(
      18,
    )
    expect(page).not.toContain(UNSHOWN)
  })

  it.each([
    ["it('saml × user: works', async () => {", ['works']],
    ["  it.each(WAYS)('saml × user: works by %s', async () => {", ['works by %s']],
    ["it.skip('saml × user: works', async () => {", []],
    ["it.todo('saml × user: works')", []],
    ["it.only('saml × user: works', async () => {", []],
    ["// it('saml × user: works', async () => {", []],
    ["const name = 'saml × user: works'", []],
  ])('counts only a test that runs: %s', (source, says) => {
    expect(shownIn(source).map((test) => test.says)).toEqual(says)
  })
})
