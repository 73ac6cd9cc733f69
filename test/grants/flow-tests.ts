import { join } from 'node:path'
import { createVitest, type Reporter, type TestCase } from 'vitest/node'
import type { FlowTest } from './choose-tests.ts'

const ROOT = join(import.meta.dirname, '../..')
const SILENT: Reporter = {}

/** How long a test may take, beside what it took with all grants, before it is red. */
const PATIENCE = { atLeastMs: 15_000, times: 3 }

export interface FlowTests {
  /**
   * Runs one test by itself on an assembly: how long it took, or that it turned red. A file that does
   * not load is red too: it launches while it loads.
   *
   * @param greenMs what it took where it was green
   */
  run(test: FlowTest, assembly: string, greenMs?: number): Promise<Result>
  close(): Promise<void>
}

interface Result {
  readonly color: 'green' | 'red' | 'not run'
  readonly tookMs: number
}

/** One Vitest for many runs, one at a time: it starts once, and keeps what it has read of the code. */
export async function startFlowTests(assembly: string): Promise<FlowTests> {
  const vitest = await createVitest('test', {
    root: ROOT,
    project: ['flow'],
    watch: false,
    maxWorkers: 1,
    reporters: [SILENT],
  })
  const project = vitest.getProjectByName('flow')
  project.provide('assembly', assembly)
  const { testTimeout, expect } = project.config

  return {
    async run({ file, test }, assembly, greenMs) {
      const limitMs =
        greenMs === undefined
          ? testTimeout
          : Math.min(testTimeout, PATIENCE.atLeastMs + greenMs * PATIENCE.times)
      project.provide('assembly', assembly)
      project.config.testTimeout = limitMs
      project.config.hookTimeout = limitMs
      project.config.expect = { ...expect, poll: { ...expect.poll, timeout: limitMs } }
      const specification = project.createSpecification(join(ROOT, file), { testNames: [test] })
      const began = performance.now()
      const { testModules, unhandledErrors } = await vitest.runTestSpecifications([specification])
      const tookMs = performance.now() - began
      const [module] = testModules.filter(({ moduleId }) => moduleId === specification.moduleId)
      const tests = [...(module?.children.allTests() ?? [])].filter(wasRun)
      return { color: color(), tookMs }

      function color(): Result['color'] {
        if (module?.state() === 'failed' || unhandledErrors.length > 0) return 'red'
        return tests.length > 0 ? 'green' : 'not run'
      }
    },
    close: () => vitest.close(),
  }
}

function wasRun(test: TestCase): boolean {
  return test.result().state !== 'skipped'
}
