import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Grant } from '#local/iam/grants.ts'

/** A grant, and a test in which it was used. */
export interface UsedGrant extends Grant {
  /** Of the test, from the root of the repository. */
  readonly file: string
  /** The test's whole name; none for what was used while its file was loaded. */
  readonly test?: string
  /** When it was first used, in milliseconds from the test's first call. */
  readonly afterMs: number
}

/** What a run of the tests wrote. */
export function readUsedGrants(folder: string): readonly UsedGrant[] {
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): UsedGrant => JSON.parse(line)),
  )
}
