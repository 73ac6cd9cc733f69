import { defineConfig } from 'vitest/config'
import { closingLine } from './test/support/closing-line.ts'

/** Modules are loaded once a worker where tests leave nothing behind in them: half of such a run's time. */
const SHARED_MODULES = { isolate: false }

/** A flow starts whole stacks, two at once; nothing waits by the clock, so a hang is all this catches. */
const TIMEOUT_MS = 120_000

/** What a test polls for comes when a busy machine gets to it. */
const POLL_TIMEOUT_MS = 30_000

/** A deployment is some commands that each take seconds, and many where the machine is busy. */
const DEPLOY_TIMEOUT_MS = 600_000

export default defineConfig({
  // The examples import the client as an app does, by its name.
  resolve: { alias: { '@sallyport/client': new URL('client/index.ts', import.meta.url).pathname } },
  test: {
    testTimeout: TIMEOUT_MS,
    hookTimeout: TIMEOUT_MS,
    expect: { poll: { timeout: POLL_TIMEOUT_MS } },
    // Half of a test's time is waiting for processes of its own, also where there is one core to spare.
    maxWorkers: 2,
    restoreMocks: true,
    env: { POWERTOOLS_DEV: 'false' },
    reporters: ['default', closingLine()],
    // `npm run coverage`, of the tests that run in one process with what they test.
    coverage: {
      provider: 'v8',
      include: ['src/core/**', 'src/http/**', 'src/adapters/**'],
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: '.sallyport/coverage',
      thresholds: { lines: 95.6, branches: 90 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          ...SHARED_MODULES,
          include: ['test/unit/**/*.test.ts', 'test/lambdas/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'contract', ...SHARED_MODULES, include: ['test/contract/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'stack',
          ...SHARED_MODULES,
          include: ['test/stack/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'flow',
          include: ['test/flow/**/*.test.ts'],
          globalSetup: ['test/flow/synthesize.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'dynamodb-local',
          ...SHARED_MODULES,
          include: ['test/contract/dynamodb-*.test.ts'],
          globalSetup: ['test/contract/start-dynamodb-local.ts'],
        },
      },
      {
        // The synthesized app deployed to an AWS emulator, where that is installed.
        extends: true,
        test: {
          name: 'deploy',
          include: ['test/deploy/**/*.test.ts'],
          globalSetup: ['test/flow/synthesize.ts'],
          hookTimeout: DEPLOY_TIMEOUT_MS,
          testTimeout: DEPLOY_TIMEOUT_MS,
        },
      },
      {
        // What is shown by many runs, many callers or many killed processes: `npm run test:long`.
        extends: true,
        test: {
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          globalSetup: ['test/flow/synthesize.ts'],
        },
      },
    ],
  },
})
