import { appendFileSync, mkdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect } from 'vitest'
import type { RecordedCall } from '#local/aws-endpoint.ts'
import { USED_GRANTS_VARIABLE } from './run-variables.ts'
import type { UsedGrant } from './used-grants.ts'

/** Writes down each grant that a call used, once a test. */
export function recordUsedGrants(): (call: RecordedCall) => void {
  const folder = process.env[USED_GRANTS_VARIABLE]
  if (folder === undefined) return () => {}
  mkdirSync(folder, { recursive: true })
  const written = new Set<string>()

  return ({ caller, allowedBy }) => {
    const { testPath = '', currentTestName } = expect.getState()
    for (const { statement, action } of allowedBy) {
      const used: UsedGrant = {
        caller,
        statement,
        action,
        file: relative(process.cwd(), testPath),
        ...(currentTestName !== undefined && { test: currentTestName }),
      }
      const line = JSON.stringify(used)
      if (written.has(line)) continue
      written.add(line)
      appendFileSync(join(folder, `${process.pid}.jsonl`), `${line}\n`)
    }
  }
}
