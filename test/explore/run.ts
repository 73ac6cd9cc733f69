/**
 * `npm run explore`: goes through what `npm test` goes through and, at length, through three callers
 * and more things going wrong at once. Prints the states of each setting; fails with the shortest way
 * to what must not happen.
 */
import { exploreAll, shortestCounterexample } from './explore.ts'
import { describeSetting, EXPLORED, TESTED } from './settings.ts'
import { RULES } from './world.ts'

/** For the shortest way, which takes far more memory than any. */
const MOST_STATES = 3_000_000

const chosen = process.argv.includes('--tested') ? TESTED : [...TESTED, ...EXPLORED]
let states = 0
for (const setting of chosen) {
  const startedMs = performance.now()
  const { states: reached, violations } = exploreAll(setting, RULES)
  states += reached
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1)
  const mark = violations.length > 0 ? '✗' : '✓'
  process.stdout.write(`${mark} ${reached} states in ${seconds} s: ${describeSetting(setting)}\n`)
  if (violations.length === 0) continue
  const shortest = shortestCounterexample(setting, RULES, MOST_STATES)
  const [first = ''] = violations
  const { violation, trace } = shortest ?? { violation: first, trace: ['no short way'] }
  process.stdout.write(`    ${violation}:\n    ${trace.join('\n    ')}\n`)
  process.exitCode = 1
}
process.stdout.write(`${states} states of ${chosen.length} settings\n`)
