import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { vendorsPage } from '#cli/vendors-page.ts'

it('docs/vendors.md is what the profiles say: npm run docs', () => {
  expect(readFileSync('docs/vendors.md', 'utf8')).toBe(vendorsPage())
})
