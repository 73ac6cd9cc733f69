import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { brokerApp, STACK_NAME } from '../../lib/broker-app.ts'
import { acknowledgedFindings } from '../../lib/compliance/acknowledge.ts'
import { compliancePage } from '../../lib/compliance/compliance-page.ts'

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string
      readonly violatingConstructs: readonly { readonly constructPath: string }[]
    }[]
  }[]
}

/** What the packs find where nothing of `acknowledged.ts` is acknowledged. */
function openFindings(): readonly string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'compliance-'))
  try {
    const app = brokerApp({ upstreams: 'public', bundling: false, acknowledging: false, outdir })
    try {
      app.synth()
    } catch {
      // It has findings; the report says which.
    }
    const text = readFileSync(join(outdir, 'validation-report.json'), 'utf8')
    return (JSON.parse(text) as Report).pluginReports.flatMap(({ violations }) =>
      violations.flatMap(({ ruleName, violatingConstructs }) =>
        violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`),
      ),
    )
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

describe('what is acknowledged of the packs’ rules', () => {
  const stack = brokerApp({ upstreams: 'public', bundling: false }).node.findChild(STACK_NAME)

  it('is each finding of theirs, and nothing that they do not find', () => {
    const acknowledged = acknowledgedFindings(Stack.of(stack)).map(
      ({ rule, path }) => `${rule} ${path}`,
    )

    expect(acknowledged.toSorted()).toEqual(openFindings().toSorted())
  })

  it('stands in docs/compliance.md as `npm run docs` writes it', () => {
    const page = readFileSync('docs/compliance.md', 'utf8')

    expect(compliancePage(page, stack)).toBe(page)
  })
})
