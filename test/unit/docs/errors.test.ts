import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ERRORS } from '#core/errors.ts'

const PAGE = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')

/** The rows of the page's table: code, status, `error`, `issue.code`, sentence. */
function rows(): Record<string, readonly string[]> {
  const lines = PAGE.split('\n').filter((line) => line.startsWith('| `'))
  return Object.fromEntries(
    lines.map((line) => {
      const [code = '', ...cells] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', ''))
      return [code, cells]
    }),
  )
}

interface Row {
  readonly status: number
  readonly message: string
  readonly oauth?: string
  readonly fhir?: string
}

describe('docs/errors.md', () => {
  it('lists every error with what its caller is told, and no other', () => {
    const table: [string, Row][] = Object.entries(ERRORS)

    expect(rows()).toEqual(
      Object.fromEntries(
        table.map(([code, { status, oauth = '', fhir = '', message }]) => [
          code,
          [String(status), oauth, fhir, message],
        ]),
      ),
    )
  })

  it('tells nobody anything but a sentence', () => {
    for (const [, , , sentence] of Object.values(rows())) {
      expect(sentence).toMatch(/^[A-Za-z].*\.$/)
    }
  })
})
