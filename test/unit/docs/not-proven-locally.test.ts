import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SMOKE_CHECKS } from '#cli/smoke/checks.ts'

describe('docs/not-proven-locally.md', () => {
  it('has every smoke check in its table, and names none that is not', () => {
    const page = readFileSync('docs/not-proven-locally.md', 'utf8')
    const rows = [...page.matchAll(/^\| .+ \| (.+) \|$/gm)].slice(1)
    const named = rows.flatMap(([, checks = '']) =>
      [...checks.matchAll(/`([a-z-]+)`/g)].map(([, check]) => check),
    )

    expect([...new Set(named)].sort()).toEqual(Object.keys(SMOKE_CHECKS).sort())
  })
})
