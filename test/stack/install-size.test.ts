import { execFile } from 'node:child_process'
import { link, mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** Packages of these sizes in MB, as files with nothing in them. */
async function setup(sizes: Readonly<Record<string, number>>) {
  const folder = await mkdtemp(join(tmpdir(), 'install-size-'))
  for (const [name, size] of Object.entries(sizes)) {
    await mkdir(join(folder, name), { recursive: true })
    const file = await open(join(folder, name, 'large'), 'w')
    await file.truncate(size * 1e6)
    await file.close()
  }
  return {
    linkOnce: (name: string) => link(join(folder, name, 'large'), join(folder, name, 'again')),
    check: () =>
      new Promise<{ code: number; output: string; problems: string }>((resolve) => {
        const child = execFile(
          process.execPath,
          ['--import', 'tsx', 'bin/install-size.ts', folder],
          { cwd: ROOT },
          (_error, output, problems) => resolve({ code: child.exitCode ?? -1, output, problems }),
        )
      }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

it('an installation that is too large is named, and what is large in it', async () => {
  await using installed = await setup({ one: 10, '@scope/two': 591 })

  const { code, output, problems } = await installed.check()

  expect(code).toBe(1)
  expect(output).toContain('@scope/two: 591 MB')
  expect(problems).toBe('npm ci installs 601 MB; its budget is 600 MB.\n')
})

it('a file of two names is counted once, and what a tool has put beside the packages not at all', async () => {
  await using installed = await setup({ one: 10, '@scope/two': 590, '.vitest-cache': 700 })
  await installed.linkOnce('@scope/two')

  expect(await installed.check()).toMatchObject({ code: 0, problems: '' })
})
