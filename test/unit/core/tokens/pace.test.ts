import { expect, it } from 'vitest'
import { systemPace } from '#core/tokens/pace.ts'

it('the machine’s pace sleeps for no less than it is told', async () => {
  const before = systemPace.monotonicMs()

  await systemPace.sleep(5)

  expect(systemPace.monotonicMs() - before).toBeGreaterThan(3)
})
