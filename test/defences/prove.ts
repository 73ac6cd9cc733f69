import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Defence } from './defence.ts'
import { testResults } from './test-results.ts'

export type Verdict =
  | 'shown'
  | 'the patch applies to nothing'
  | 'the patch applies more than once'
  | 'no such test passes without the patch'
  | 'the test passes without the defense'

/** Takes one defense out of the tree at `root`, sees whether its test fails, and puts it back. */
export async function prove({ patch, shownBy }: Defence, root: string): Promise<Verdict> {
  const path = join(root, patch.file)
  const source = await readFile(path, 'utf8').catch(() => '')
  const occurrences = source.split(patch.find).length - 1
  if (occurrences !== 1) {
    return occurrences === 0 ? 'the patch applies to nothing' : 'the patch applies more than once'
  }

  const before = await testResults(root, shownBy)
  if (before.length === 0 || before.some(({ status }) => status !== 'passed')) {
    return 'no such test passes without the patch'
  }
  await writeFile(
    path,
    source.replace(patch.find, () => patch.replace),
  )
  try {
    const after = await testResults(root, shownBy)
    const fails = after.some(({ status }) => status === 'failed')
    return fails ? 'shown' : 'the test passes without the defense'
  } finally {
    await writeFile(path, source)
  }
}
