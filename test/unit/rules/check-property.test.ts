import fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import { checkProperty } from '../../support/check-property.ts'

afterEach(() => vi.unstubAllEnvs())

/** The cases that a property is checked with, and what is printed of them. */
async function checked(holds = (_case: number) => true) {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const cases: number[] = []
  const property = fc.property(fc.integer(), (one) => {
    cases.push(one)
    return holds(one)
  })
  const error = await checkProperty(property, 50).catch((thrown: unknown) => thrown)
  const printed = write.mock.calls.map(([line]) => line).find((line) => /seed/.test(String(line)))
  write.mockRestore()
  return { cases, error, printed }
}

it('prints how many cases there were and their seed, which has the same ones again', async () => {
  const first = await checked()
  const [, seed = ''] = /: 50 cases, seed (-?\d+)\n$/.exec(String(first.printed)) ?? []
  expect(first.error).toBeUndefined()
  expect(first.cases).toHaveLength(50)

  vi.stubEnv('PROPERTY_SEED', seed)

  expect(await checked()).toEqual(first)
})

it('fails with the smallest case and the seed where the property does not hold', async () => {
  vi.stubEnv('PROPERTY_SEED', '42')

  expect(await checked((one) => one < 1_000)).toMatchObject({
    error: { message: expect.stringMatching(/seed: 42.*\nCounterexample: \[1000\]/) },
    printed: expect.stringMatching(/: \d+ cases, seed 42\n$/),
  })
})

it('refuses a seed that is none', async () => {
  vi.stubEnv('PROPERTY_SEED', 'luck')

  expect((await checked()).error).toEqual(new Error('PROPERTY_SEED is not a whole number.'))
})
