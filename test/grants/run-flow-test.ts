import { spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ASSEMBLY_VARIABLE } from '../support/run-variables.ts'
import type { FlowTest } from './choose-tests.ts'

interface Report {
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

const ROOT = join(import.meta.dirname, '../..')

/**
 * Runs one flow test on an assembly. A file that does not load is red too: it launches while it
 * loads.
 */
export async function runFlowTest(
  { file, test }: FlowTest,
  assembly: string,
  output: string,
): Promise<'green' | 'red' | 'not run'> {
  await rm(output, { force: true })
  const name = `^${test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`
  const flags = ['--reporter=json', `--outputFile=${output}`, '--testNamePattern', name]
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  await new Promise((resolve, reject) => {
    spawn(process.execPath, [vitest, 'run', '--project', 'flow', file, ...flags], {
      cwd: ROOT,
      stdio: 'ignore',
      env: { ...process.env, [ASSEMBLY_VARIABLE]: assembly },
    })
      .once('error', reject)
      .once('close', resolve)
  })
  // Of a test in a group vitest says `group > test`, and its report `group test`.
  const nameInReport = test.replaceAll(' > ', ' ')
  const text = await readFile(output, 'utf8').catch(() => '{"testResults":[]}')
  const { testResults } = JSON.parse(text) as Report
  const results = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName }) => fullName === nameInReport)
  if (results.some(({ status }) => status === 'failed')) return 'red'
  if (results.length > 0 && results.every(({ status }) => status === 'passed')) return 'green'
  return testResults.some(({ status }) => status === 'failed') ? 'red' : 'not run'
}
