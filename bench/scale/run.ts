/**
 * `npm run scale`: simulates the refresher at three sizes, reckons what they ask of AWS, and writes
 * both into docs/scale.md. Exits with 1 where a recommendation does not hold.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { problemsOf } from './check-sizes.ts'
import { scalePage } from './scale-page.ts'
import { simulateSizes } from './simulate-sizes.ts'

const PAGE = 'docs/scale.md'

const outcomes = await simulateSizes(({ sessions, isRecommended, condition, outcome }) => {
  const { lapsed, late } = outcome
  const settings = isRecommended ? 'recommended' : 'default'
  process.stdout.write(
    `${sessions}, ${settings}, ${condition.name}: ${lapsed} lapsed, ${late.p99.toFixed(1)} s late at p99\n`,
  )
})
writeFileSync(PAGE, scalePage(readFileSync(PAGE, 'utf8'), outcomes))
for (const problem of problemsOf(outcomes)) {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
