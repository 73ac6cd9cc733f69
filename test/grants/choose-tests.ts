import type { Grant } from '#local/iam/grants.ts'
import type { UsedGrant } from '../support/used-grants.ts'

/** A test by its file and whole name. */
export interface FlowTest {
  readonly file: string
  readonly test: string
}

/** Until that many were green without a grant, it may have been chance. */
const MOST_TESTS_OF_A_GRANT = 6

/** What a run takes before its test begins: a stack, and all that is around it. */
const START_MS = 3_000

/** A function that may not log, or tell of an event, serves all the same, as only these see. */
const TESTS_OF_THE_UNSEEN: readonly (readonly [prefix: string, file: string])[] = [
  ['logs:', 'test/flow/log.test.ts'],
  ['events:', 'test/flow/events.test.ts'],
]

/**
 * The tests that are to turn red without each grant, in the order in which to try them.
 *
 * First comes one that serves for the most grants in the least time, as each has to be seen green
 * too. Where it does not need the grant that it used, those are likelier that make its caller do
 * what few others do.
 */
export function chooseTests(
  grants: readonly Grant[],
  used: readonly UsedGrant[],
): ReadonlyMap<Grant, readonly FlowTest[]> {
  const users = new Map(grants.map((grant) => [grant, testsOf(grant, used)]))
  const chosen = coverAll(users, costsOf(used))
  const rareness = rarenessOf(users)

  return new Map(
    grants.map((grant) => {
      const tests = [...(users.get(grant) ?? [])]
      const seeing = fileThatSees(grant)
      const first = tests.filter((test) => parse(test).file === seeing)
      if (first.length === 0)
        first.push(...chosen.filter((test) => tests.includes(test)).slice(0, 1))
      const others = tests
        .filter((test) => !first.includes(test))
        .map((test) => ({ test, rareness: rareness(test, grant.caller) }))
        .toSorted((one, other) => other.rareness - one.rareness)
        .map(({ test }) => test)
      return [grant, [...first, ...others].slice(0, MOST_TESTS_OF_A_GRANT).map(parse)]
    }),
  )
}

/** What a run of each test takes, in milliseconds, as far as its calls say. */
function costsOf(used: readonly UsedGrant[]): (test: string) => number {
  const lengths = new Map<string, number>()
  for (const { afterMs, ...one } of used) {
    lengths.set(keyOf(one), Math.max(lengths.get(keyOf(one)) ?? 0, afterMs))
  }
  return (test) => START_MS + (lengths.get(test) ?? 0)
}

/** How much of what a caller does in a test few other tests make it do. */
function rarenessOf(
  users: ReadonlyMap<Grant, ReadonlySet<string>>,
): (test: string, caller: string) => number {
  const key = (test: string, caller: string) => JSON.stringify([test, caller])
  const sums = new Map<string, number>()
  for (const [{ caller }, tests] of users) {
    for (const test of tests) {
      sums.set(key(test, caller), (sums.get(key(test, caller)) ?? 0) + 1 / tests.size)
    }
  }
  return (test, caller) => sums.get(key(test, caller)) ?? 0
}

/** Tests that together use all grants, the one first with the most grants for its cost. */
function coverAll(
  users: ReadonlyMap<Grant, ReadonlySet<string>>,
  costOf: (test: string) => number,
): readonly string[] {
  const chosen: string[] = []
  const left = new Set([...users].flatMap(([grant, tests]) => (tests.size > 0 ? [grant] : [])))
  while (left.size > 0) {
    const gains = new Map<string, number>()
    for (const grant of left) {
      for (const test of users.get(grant) ?? []) {
        gains.set(test, (gains.get(test) ?? 0) + 1 / costOf(test))
      }
    }
    const [best = ''] = [...gains].toSorted(([, one], [, other]) => other - one)[0] ?? []
    chosen.push(best)
    for (const grant of left) if (users.get(grant)?.has(best)) left.delete(grant)
  }
  return chosen
}

/** Those that used it, and all of a file that used it while it was loaded. */
function testsOf(grant: Grant, used: readonly UsedGrant[]): ReadonlySet<string> {
  const uses = used.filter((one) => sameGrant(one, grant))
  const loads = uses.filter(({ test }) => test === undefined).map(({ file }) => file)
  const ofLoads = used.filter(({ file, test }) => test !== undefined && loads.includes(file))
  return new Set([...uses.filter(({ test }) => test !== undefined), ...ofLoads].map(keyOf))
}

export function sameGrant(one: Grant, other: Grant): boolean {
  return (
    one.caller === other.caller && one.statement === other.statement && one.action === other.action
  )
}

function fileThatSees({ action }: Grant): string | undefined {
  return TESTS_OF_THE_UNSEEN.find(([prefix]) => action.startsWith(prefix))?.[1]
}

function keyOf({ file, test }: Pick<UsedGrant, 'file' | 'test'>): string {
  return JSON.stringify({ file, test })
}

function parse(key: string): FlowTest {
  return JSON.parse(key)
}
