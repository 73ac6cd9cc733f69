import { appendFileSync, mkdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect } from 'vitest'
import type { RecordedCall } from '#local/aws-endpoint.ts'
import { USED_GRANTS_VARIABLE } from './run-variables.ts'
import type { UsedGrant } from './used-grants.ts'

/** Writes down each grant that a call used, once a test, and how long that took the test. */
export function recordUsedGrants(): (call: RecordedCall) => void {
  const folder = process.env[USED_GRANTS_VARIABLE]
  if (folder === undefined) return () => {}
  mkdirSync(folder, { recursive: true })
  const written = new Set<string>()
  const begun = new Map<string | undefined, number>()

  return ({ caller, allowedBy }) => {
    const { testPath = '', currentTestName } = expect.getState()
    const began = begun.get(currentTestName) ?? performance.now()
    begun.set(currentTestName, began)
    for (const { statement, action } of allowedBy) {
      const used: Omit<UsedGrant, 'afterMs'> = {
        caller,
        statement,
        action,
        file: relative(process.cwd(), testPath),
        ...(currentTestName !== undefined && { test: currentTestName }),
      }
      const key = JSON.stringify(used)
      if (written.has(key)) continue
      written.add(key)
      const afterMs = Math.round(performance.now() - began)
      appendFileSync(
        join(folder, `${process.pid}.jsonl`),
        `${JSON.stringify({ ...used, afterMs })}\n`,
      )
    }
  }
}
