import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const NAMES = [
  'Launch',
  'Redirect',
  'Saml',
  'Sso',
  'Token',
  'Fhir',
  'DataModel',
  'Refresher',
  'Session',
  'Logout',
  'Webhooks',
]

/** A cloud assembly whose bundles weigh so many kB, by function. */
async function setup(sizes: Readonly<Record<string, number>>) {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-budget-'))
  const names = Object.keys(sizes)
  const write = (name: string, value: unknown) =>
    writeFile(join(folder, name), JSON.stringify(value))

  await write('Stack.template.json', {
    Resources: Object.fromEntries(
      names.map((name) => [
        `${name}0A1B2C3D`,
        { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: `${name}hash.zip` } } },
      ]),
    ),
  })
  await write('Stack.assets.json', {
    files: Object.fromEntries(
      names.map((name) => [`${name}hash`, { source: { path: `asset.${name}` } }]),
    ),
  })
  for (const [name, size] of Object.entries(sizes)) {
    await mkdir(join(folder, `asset.${name}`))
    await writeFile(join(folder, `asset.${name}`, 'index.mjs'), Buffer.alloc(size * 1000))
  }
  return {
    check: () =>
      new Promise<{ code: number; problems: string }>((resolve) => {
        const child = execFile(
          process.execPath,
          ['--import', 'tsx', 'bin/bundle-budget.ts', folder],
          { cwd: ROOT },
          (_error, _output, problems) => resolve({ code: child.exitCode ?? -1, problems }),
        )
      }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

function all(size: number): Readonly<Record<string, number>> {
  return Object.fromEntries(NAMES.map((name) => [name, size]))
}

describe('bin/bundle-budget.ts', () => {
  it('is content with bundles within their budgets', async () => {
    await using assembly = await setup(all(10))

    expect(await assembly.check()).toEqual({ code: 0, problems: '' })
  })

  it('names the function whose bundle is too heavy, and by how much', async () => {
    await using assembly = await setup({ ...all(10), Token: 5000 })

    const { code, problems } = await assembly.check()

    expect(code).toBe(1)
    expect(problems).toMatch(/^Token's bundle is 5000 kB; its budget is \d+ kB\.\n$/)
  })

  it('names a function without a budget', async () => {
    await using assembly = await setup({ ...all(10), Extra: 1 })

    const { code, problems } = await assembly.check()

    expect(code).toBe(1)
    expect(problems).toBe('Extra has no budget: give it one in bin/bundle-budget.ts.\n')
  })

  it('names a budget without a function', async () => {
    await using assembly = await setup({
      Launch: 1,
      Redirect: 1,
      Saml: 1,
      Sso: 1,
      Token: 1,
      Session: 1,
      Logout: 1,
    })

    const { code, problems } = await assembly.check()

    expect(code).toBe(1)
    expect(problems).toMatch(/^Fhir has a budget, and is no function of /)
  })
})
