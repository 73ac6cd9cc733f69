/**
 * `npm run defences [-- --only <row>]`: takes each defense out of a copy of this tree, and fails
 * where no test notices. Two at a time; the tree itself is not touched.
 */
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { DEFENCES } from './defences.ts'
import { prove } from './prove.ts'

const AT_ONCE = 2
const ROOT = join(import.meta.dirname, '../..')

/** What no test of the copy needs; the packages are linked to. */
const LEFT_OUT = ['node_modules', '.git', '.sallyport', 'cdk.out', 'coverage']

/** DynamoDB Local, say, is installed within `test`. */
const isOfTheTree = (path: string) => basename(path) !== 'node_modules'

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values
const chosen = DEFENCES.filter(({ rows }) => only === undefined || rows.includes(Number(only)))
if (chosen.length === 0) throw new Error(`No defense is for row ${only}`)

const waiting = chosen.values()
let failures = 0
await Promise.all(Array.from({ length: AT_ONCE }, work))
process.stdout.write(`${chosen.length - failures} of ${chosen.length} defenses are shown\n`)
process.exitCode = failures === 0 ? 0 : 1

async function work(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'defences-'))
  try {
    for (const name of await readdir(ROOT)) {
      if (LEFT_OUT.includes(name)) continue
      await cp(join(ROOT, name), join(root, name), { recursive: true, filter: isOfTheTree })
    }
    await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'))

    for (const one of waiting) {
      const verdict = await prove(one, root)
      if (verdict !== 'shown') failures += 1
      const { rows, defence, patch, shownBy } = one
      process.stdout.write(
        `${verdict === 'shown' ? '✓' : '✗'} row ${rows.join(', ')}: ${defence}\n` +
          `    out of ${patch.file} → ${shownBy.file} › ${shownBy.test}: ${verdict}\n`,
      )
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}
