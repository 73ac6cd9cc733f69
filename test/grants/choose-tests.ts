import type { Grant } from '#local/iam/grants.ts'
import type { UsedGrant } from '../support/used-grants.ts'

/** A test by its file and whole name. */
export interface FlowTest {
  readonly file: string
  readonly test: string
}

/** Fewer tests for all grants: as many runs less that show that a test passes by itself. */
const MOST_TESTS_OF_A_GRANT = 4

/**
 * The tests that are to turn red without each grant, the likeliest first: among those that used it
 * the ones that serve for most others too.
 */
export function chooseTests(
  grants: readonly Grant[],
  used: readonly UsedGrant[],
): ReadonlyMap<Grant, readonly FlowTest[]> {
  const users = new Map(grants.map((grant) => [grant, testsOf(grant, used)]))
  const chosen: string[] = []
  const left = new Set(grants.filter((grant) => users.get(grant)?.size))
  while (left.size > 0) {
    const counts = new Map<string, number>()
    for (const grant of left) {
      for (const test of users.get(grant) ?? []) counts.set(test, (counts.get(test) ?? 0) + 1)
    }
    const [best = ''] = [...counts].toSorted(([, one], [, other]) => other - one)[0] ?? []
    chosen.push(best)
    for (const grant of left) if (users.get(grant)?.has(best)) left.delete(grant)
  }
  const rank = (test: string) => {
    const place = chosen.indexOf(test)
    return place < 0 ? chosen.length : place
  }
  return new Map(
    grants.map((grant) => [
      grant,
      [...(users.get(grant) ?? [])]
        .toSorted((one, other) => rank(one) - rank(other))
        .slice(0, MOST_TESTS_OF_A_GRANT)
        .map((test): FlowTest => JSON.parse(test)),
    ]),
  )
}

function testsOf(grant: Grant, used: readonly UsedGrant[]): ReadonlySet<string> {
  return new Set(
    used.flatMap(({ file, test, ...one }) =>
      test !== undefined && sameGrant(one, grant) ? [JSON.stringify({ file, test })] : [],
    ),
  )
}

export function sameGrant(one: Grant, other: Grant): boolean {
  return (
    one.caller === other.caller && one.statement === other.statement && one.action === other.action
  )
}
