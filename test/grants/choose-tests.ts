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

/** A function that may not log serves all the same, as only this one sees. */
const TEST_OF_LOGS = 'test/flow/log.test.ts'

/**
 * The tests that are to turn red without each grant, in the order in which to try them: those first
 * that serve for the most grants in the least time, as each of them also has to be seen green.
 */
export function chooseTests(
  grants: readonly Grant[],
  used: readonly UsedGrant[],
): ReadonlyMap<Grant, readonly FlowTest[]> {
  const lengths = new Map<string, number>()
  for (const { afterMs, ...one } of used) {
    lengths.set(keyOf(one), Math.max(lengths.get(keyOf(one)) ?? 0, afterMs))
  }
  const costOf = (test: string) => START_MS + (lengths.get(test) ?? 0)
  const users = new Map(grants.map((grant) => [grant, testsOf(grant, used)]))
  const chosen = coverAll(users, costOf)

  return new Map(
    grants.map((grant) => {
      const places = (test: string): readonly number[] => [
        isOfLogs(grant) && parse(test).file !== TEST_OF_LOGS ? 1 : 0,
        placeIn(chosen, test),
        costOf(test),
      ]
      const tests = [...(users.get(grant) ?? [])]
        .map((test) => ({ test, places: places(test) }))
        .toSorted((one, other) => compare(one.places, other.places))
        .slice(0, MOST_TESTS_OF_A_GRANT)
      return [grant, tests.map(({ test }) => parse(test))]
    }),
  )
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

function isOfLogs({ action }: Grant): boolean {
  return action.startsWith('logs:')
}

function keyOf({ file, test }: Pick<UsedGrant, 'file' | 'test'>): string {
  return JSON.stringify({ file, test })
}

function parse(key: string): FlowTest {
  return JSON.parse(key)
}

/** Behind all others, where it is not there. */
function placeIn(list: readonly string[], one: string): number {
  const place = list.indexOf(one)
  return place < 0 ? list.length : place
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index])
  return (one[at] ?? 0) - (other[at] ?? 0)
}
