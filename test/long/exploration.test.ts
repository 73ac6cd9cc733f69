import { expect, it } from 'vitest'
import { exploreAll } from '../explore/explore.ts'
import { describeSetting, TESTED_LONG } from '../explore/settings.ts'
import { RULES } from '../explore/world.ts'

it.each(TESTED_LONG.map((setting) => [describeSetting(setting), setting] as const))(
  'keeps to what must hold in every interleaving: %s',
  { timeout: 300_000 },
  (name, setting) => {
    const { states, counterexample } = exploreAll(setting, RULES)

    process.stdout.write(`explored ${states} states: ${name}\n`)
    expect(counterexample).toBeUndefined()
    expect(states).toBeGreaterThan(500_000)
  },
)
