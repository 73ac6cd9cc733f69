import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Frame, Page } from 'playwright-core'
import { expect } from 'vitest'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe-core finds wrong on a page, and what it could not judge. */
export async function axeFindings(page: Page | Frame): Promise<readonly string[]> {
  const results = await page.evaluate<AxeResults>(
    `${AXE}; axe.run({ runOnly: ${JSON.stringify(STANDARDS)} })`,
  )
  expect(results.passes.length).toBeGreaterThan(10)
  return [...results.violations, ...results.incomplete].map(({ id, help, nodes }) =>
    `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`.slice(0, 400),
  )
}
