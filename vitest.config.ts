import { defineConfig } from 'vitest/config'
import { closingLine } from './test/support/closing-line.ts'

/** A flow starts whole stacks; two cores carry two of them at once. */
const FLOW_TIMEOUT_MS = 60_000

export default defineConfig({
  test: {
    restoreMocks: true,
    env: { POWERTOOLS_DEV: 'false' },
    reporters: ['default', closingLine()],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/lambdas/**/*.test.ts'] },
      },
      { extends: true, test: { name: 'contract', include: ['test/contract/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'stack',
          include: ['test/stack/**/*.test.ts'],
          testTimeout: FLOW_TIMEOUT_MS,
          hookTimeout: FLOW_TIMEOUT_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'flow',
          include: ['test/flow/**/*.test.ts'],
          globalSetup: ['test/flow/synthesize.ts'],
          testTimeout: FLOW_TIMEOUT_MS,
          hookTimeout: FLOW_TIMEOUT_MS,
        },
      },
    ],
  },
})
