import { describe, expect, it } from 'vitest'
import { exploreAll, shortestCounterexample } from '../../../explore/explore.ts'
import { MUTATIONS } from '../../../explore/mutations.ts'
import { describeSetting, TESTED } from '../../../explore/settings.ts'
import { RULES } from '../../../explore/world.ts'

/** Far more than any needs. */
const MOST_STATES = 200_000

const say = (line: string): boolean => process.stdout.write(`${line}\n`)

describe('every interleaving of a renewal', { timeout: 300_000 }, () => {
  it('keeps to what must hold, whatever goes wrong', () => {
    let states = 0
    for (const setting of TESTED) {
      const { states: reached, violations } = exploreAll(setting, RULES)
      expect(violations, describeSetting(setting)).toEqual([])
      say(`explored ${reached} states: ${describeSetting(setting)}`)
      states += reached
    }
    expect(states).toBeGreaterThan(500_000)
  })

  it.each(MUTATIONS)('would not, unless $name', ({ name, rules, setting }) => {
    const found = shortestCounterexample(setting, rules, MOST_STATES)

    expect(found).toBeDefined()
    if (found) say(`without “${name}”: ${found.violation}\n    ${found.trace.join(' → ')}`)
  })
})
