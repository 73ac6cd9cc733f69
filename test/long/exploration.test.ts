import { describe, expect, it } from 'vitest'
import { exploreAll } from '../explore/explore.ts'
import { MUTATIONS } from '../explore/mutations.ts'
import { describeSetting, SMALL } from '../explore/settings.ts'
import { RULES, type Rules, type Setting } from '../explore/world.ts'

/** Callers' names are exchanged where that makes one state of two. */
const nameless = (violation: string): string => violation.replace(/\b[A-C]\b/g, 'somebody')

function found(setting: Setting, rules: Rules, isReduced: boolean) {
  const { states, violations } = exploreAll(setting, rules, { isReduced, findsAll: true })
  return { states, violations: new Set(violations.map(nameless)) }
}

describe('an exploration in fewer orders', { timeout: 300_000 }, () => {
  it.each(MUTATIONS)(
    'finds what one in every order finds, without that $name',
    ({ setting, rules }) => {
      const reduced = found(setting, rules, true)
      const whole = found(setting, rules, false)

      expect(reduced.violations).toEqual(whole.violations)
      expect(whole.violations.size).toBeGreaterThan(0)
      expect(reduced.states).toBeLessThanOrEqual(whole.states)
    },
  )

  it.each(SMALL.map((setting) => [describeSetting(setting), setting] as const))(
    'finds nothing where one in every order finds nothing: %s',
    (name, setting) => {
      const reduced = found(setting, RULES, true)
      const whole = found(setting, RULES, false)

      process.stdout.write(`explored ${whole.states} states for ${reduced.states}: ${name}\n`)
      expect(whole.violations).toEqual(new Set())
      expect(reduced.violations).toEqual(new Set())
      expect(reduced.states).toBeLessThan(whole.states)
    },
  )
})
