import { describe, expect, it } from 'vitest'
import { exploreAll, shortestCounterexample } from '../../../explore/explore.ts'
import { MUTATIONS } from '../../../explore/mutations.ts'
import { describeSetting, TESTED } from '../../../explore/settings.ts'
import { RULES } from '../../../explore/world.ts'

/** Far more than any needs. */
const MOST_STATES = 200_000

const say = (line: string): boolean => process.stdout.write(`${line}\n`)

describe('every interleaving of a renewal', { timeout: 300_000 }, () => {
  it.each(TESTED.map((setting) => [describeSetting(setting), setting] as const))(
    'keeps to what must hold: %s',
    (name, setting) => {
      const { states, violations } = exploreAll(setting, RULES)

      say(`explored ${states} states: ${name}`)
      expect(violations).toEqual([])
      expect(states).toBeGreaterThan(3_000)
    },
  )

  it.each(MUTATIONS)('would not, unless $name', ({ name, rules, setting }) => {
    const found = shortestCounterexample(setting, rules, MOST_STATES)

    expect(found).toBeDefined()
    if (found) say(`without “${name}”: ${found.violation}\n    ${found.trace.join(' → ')}`)
  })
})
