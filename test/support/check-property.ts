import fc from 'fast-check'
import { expect } from 'vitest'

/**
 * Has a property hold for `cases` cases, and prints the seed that they came of, also where it holds:
 * `PROPERTY_SEED=<seed>` in the environment has the same ones again.
 *
 * @throws Error with the smallest case that was found for which it does not hold
 */
export async function checkProperty<T>(
  property: fc.IAsyncProperty<T> | fc.IProperty<T>,
  cases: number,
): Promise<void> {
  const details = await fc.check(property as fc.IAsyncProperty<T>, {
    numRuns: cases,
    ...seedGiven(),
  })
  const { currentTestName: name = '' } = expect.getState()
  process.stdout.write(`${name}: ${details.numRuns} cases, seed ${details.seed}\n`)
  if (!details.failed) return
  throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance })
}

function seedGiven(): { readonly seed?: number } {
  const { PROPERTY_SEED: given } = process.env
  if (given === undefined) return {}
  if (!/^-?\d{1,10}$/.test(given)) throw new Error('PROPERTY_SEED is not a whole number.')
  return { seed: Number(given) }
}
