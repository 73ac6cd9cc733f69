import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')

/** Every file of code that is deployed or run, by its path. */
const SOURCES = ['bin', 'lib', 'lambdas', 'src'].flatMap((folder) =>
  readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path}`)
    .filter((path) => /\.(?:ts|mjs)$/.test(path)),
)

const naming = (pattern: RegExp) => SOURCES.filter((path) => pattern.test(read(path))).sort()

describe('the code', () => {
  it('reads the environment in three files only, none of which chooses a check by it', () => {
    const readers = naming(/process\.env\b|\benv\b[^;\n]*from 'node:process'/)

    expect(readers.filter((path) => path.startsWith('src/') || path.startsWith('l'))).toEqual([
      'lib/deployments/read-deployment.ts',
      'src/adapters/environment.ts',
      'src/local/lambda/runtime.ts',
    ])
  })

  it('never turns the verification of certificates off', () => {
    expect(SOURCES.length).toBeGreaterThan(100)
    expect(naming(/rejectUnauthorized|NODE_TLS_REJECT|checkServerIdentity/)).toEqual([])
  })
})

describe('the packages', () => {
  it('names each dependency by its exact version', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'))

    for (const version of Object.values({ ...dependencies, ...devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    }
  })

  it('has the hash of every package that is fetched', () => {
    const { packages } = JSON.parse(read('package-lock.json'))
    const fetched = Object.entries<{ link?: boolean; inBundle?: boolean; integrity?: string }>(
      packages,
    ).filter(([path, { link, inBundle }]) => path !== '' && !link && !inBundle)

    expect(fetched.length).toBeGreaterThan(100)
    for (const [, { integrity }] of fetched) expect(integrity).toMatch(/^sha512-/)
  })
})
