/**
 * `npm run mutants [-- --only <scope>]`: changes the code of each scope in hundreds of small ways, one
 * at a time, and runs the tests that reach the change. Prints which changes no test notices; fails
 * where a scope has too many of them. How it is done is in `stryker.config.json`.
 */
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { type Score, scoreOf, scoreTable } from './score.ts'

/** Of a hundred changes of any scope, so many are to be noticed. */
const LEAST_PERCENT = 85

const SCOPES: Readonly<Record<string, readonly string[]>> = {
  launch: ['src/core/launch/**/*.ts'],
  oauth: ['src/core/oauth/**/*.ts'],
  vault: ['src/core/tokens/**/*.ts', 'src/adapters/kms/**/*.ts'],
  http: ['src/http/**/*.ts'],
}

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values
const chosen = Object.entries(SCOPES).filter(([scope]) => only === undefined || scope === only)
if (chosen.length === 0) throw new Error(`The scopes are ${Object.keys(SCOPES).join(', ')}`)

const scores: Record<string, Score> = {}
for (const [scope, mutate] of chosen) {
  const report = { fileName: `.sallyport/mutants-${scope}.json` }
  const stryker = new Stryker({ mutate: [...mutate], jsonReporter: report })
  scores[scope] = scoreOf(await stryker.runMutationTest())
}
process.stdout.write(`\n${scoreTable(scores)}\n`)
const isKept = Object.values(scores).every(({ percent }) => percent >= LEAST_PERCENT)
process.exitCode = isKept ? 0 : 1
