/**
 * `npm run mutants [-- --only <scope>] [--again]`: changes the code of each scope in hundreds of small
 * ways, one at a time, and runs the tests that reach the change. Prints which changes no test notices;
 * fails where a scope has too many of them. With `--again` a change that the last run's report says was
 * noticed counts as noticed if neither it nor the test has changed since: for who writes the missing
 * tests. How it is done is in `stryker.config.json`. Stryker is installed beside this file when it is
 * first asked for, with packages of 25 MB that nothing else needs.
 */
import { parseArgs } from 'node:util'
import { type Outcome, type Score, scoreOf, scoreTable } from './score.ts'

/** Of a hundred changes of any scope, so many are to be noticed. */
const LEAST_PERCENT = 85

interface Scope {
  readonly files: readonly string[]
  /** Those that count: of the tests that reach so much, the ones that are about it. All, when absent. */
  readonly tests?: readonly string[]
}

/** What we use of `@stryker-mutator/core`, whose own types are not there before it is. */
interface StrykerPackage {
  readonly Stryker: new (
    options: Readonly<Record<string, unknown>>,
  ) => { runMutationTest(): Promise<readonly Outcome[]> }
}

const SCOPES: Readonly<Record<string, Scope>> = {
  launch: {
    files: ['src/core/launch/**/*.ts'],
    tests: [
      'test/unit/core/{launch,redirect}/**/*.test.ts',
      'test/lambdas/{launch,frame-launch,picker,signed-link}.test.ts',
    ],
  },
  oauth: { files: ['src/core/oauth/**/*.ts'] },
  vault: {
    files: ['src/core/tokens/**/*.ts', 'src/adapters/kms/**/*.ts'],
    tests: [
      'test/unit/core/{tokens,system-access}/**/*.test.ts',
      'test/unit/adapters/kms/**/*.test.ts',
      'test/contract/kms-*.test.ts',
    ],
  },
  http: { files: ['src/http/**/*.ts'] },
}

const { only, again } = parseArgs({
  options: { only: { type: 'string' }, again: { type: 'boolean', default: false } },
}).values
const chosen = Object.entries(SCOPES).filter(([scope]) => only === undefined || scope === only)
if (chosen.length === 0) throw new Error(`The scopes are ${Object.keys(SCOPES).join(', ')}`)

const name: string = '@stryker-mutator/core'
const { Stryker } = (await import(name)) as StrykerPackage

const scores: Record<string, Score> = {}
for (const [scope, { files, tests = [] }] of chosen) {
  const stryker = new Stryker({
    mutate: [...files],
    testFiles: [...tests],
    // It keeps what came of each change, also of a run that is interrupted.
    incremental: true,
    incrementalFile: `.sallyport/mutants-${scope}.json`,
    force: !again,
  })
  scores[scope] = scoreOf(await stryker.runMutationTest())
}
process.stdout.write(`\n${scoreTable(scores)}\n`)
const isKept = Object.values(scores).every(({ percent }) => percent >= LEAST_PERCENT)
process.exitCode = isKept ? 0 : 1
