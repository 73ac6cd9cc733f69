import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with what was skipped and why, and with one line of totals that a script can read. */
export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules: readonly TestModule[]) {
      const tests = modules.flatMap((module) => [...module.children.allTests()])
      const of = (state: string) => tests.filter((test) => test.result().state === state)

      const reasons = new Map<string, number>()
      for (const test of of('skipped')) {
        const { note } = test.result() as { readonly note?: string }
        reasons.set(note ?? 'no reason given', (reasons.get(note ?? 'no reason given') ?? 0) + 1)
      }
      for (const [reason, count] of reasons) write(`skipped ${count}: ${reason}`)
      write(
        `${of('passed').length} passed, ${of('failed').length} failed, ${of('skipped').length} skipped`,
      )
    },
  }
}

function write(line: string): void {
  process.stdout.write(`${line}\n`)
}
