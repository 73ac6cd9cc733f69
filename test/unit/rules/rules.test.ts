import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { VENDORS } from '#core/vendors/index.ts'
import { DEFAULTS } from '#core/vendors/vendor-profile.ts'

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

  it('decides nothing by a vendor’s name: how one differs is data', () => {
    const vendors = VENDORS.map(({ id }) => id).filter((id) => !(id in DEFAULTS))
    const names = `['"\`](?:${vendors.join('|')})['"\`]`
    const isOne = new RegExp(`[!=]==? ${names}|case ${names}|${names} [!=]==?|includes\\(${names}`)

    expect("if (vendor === 'epic')").toMatch(isOne)
    expect(naming(isOne).filter((path) => !path.startsWith('src/core/vendors/'))).toEqual([])
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

  it('verifies SAML by versions that have no known forgery (CVE-2025-29774, CVE-2025-29775, CVE-2025-54369)', () => {
    const { packages } = JSON.parse(read('package-lock.json'))
    const versions = (name: string) =>
      Object.entries<{ version: string }>(packages)
        .filter(([path]) => path.endsWith(`node_modules/${name}`))
        .filter(
          ([path]) => !path.includes('node_modules/samlp/') && !path.includes('node_modules/saml/'),
        )
        .map(([, { version }]) => version.split('.').map(Number))
    const isAtLeast = (
      [a = 0, b = 0, c = 0]: readonly number[],
      [x, y, z]: readonly [number, number, number],
    ) => (a !== x ? a > x : b !== y ? b > y : c >= z)

    expect(versions('xml-crypto').map((one) => isAtLeast(one, [6, 0, 1]))).toEqual([true])
    expect(versions('@node-saml/node-saml').map((one) => isAtLeast(one, [5, 1, 0]))).toEqual([true])
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
