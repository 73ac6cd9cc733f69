import { spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Defence } from './defence.ts'

/** A test as vitest's JSON reporter tells of it. */
export interface TestResult {
  readonly fullName: string
  readonly status: string
}

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly TestResult[] }[]
}

/**
 * The results of the tests that show a defense, in the tree at `root`; none where the file does not
 * load, so that a patch which only breaks the code shows nothing.
 */
export async function testResults(
  root: string,
  { project, file, test }: Defence['shownBy'],
): Promise<readonly TestResult[]> {
  const output = join(root, 'test-results.json')
  await rm(output, { force: true })
  const name = test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const flags = ['--reporter=json', `--outputFile=${output}`, '--testNamePattern', name]
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  await new Promise((resolve, reject) => {
    spawn(process.execPath, [vitest, 'run', '--project', project, file, ...flags], {
      cwd: root,
      stdio: 'ignore',
    })
      .once('error', reject)
      .once('close', resolve)
  })
  const report = await readFile(output, 'utf8').catch(() => '{"testResults":[]}')
  return (JSON.parse(report) as Report).testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName }) => fullName.includes(test))
}
