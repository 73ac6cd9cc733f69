import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface LockedPackage {
  readonly license?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
}

/** The packages of a lock file, by where they are installed. */
function lockedIn(folder: string): readonly (readonly [string, LockedPackage])[] {
  const file = new URL(`../../../${folder}package-lock.json`, import.meta.url)
  return Object.entries(
    (JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockedPackage> })
      .packages,
  )
}

/** Tools that are installed apart, by who wants them. */
const apart = ['test/dynamodb-local/', 'test/mutants/']
  .flatMap(lockedIn)
  .map(([path, locked]) => [path, { ...locked, dev: true }] as const)

/** They ask for a notice at most, so a bundle of them may be deployed and changed by anybody. */
const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
]

/**
 * Of tools and tests, which are not deployed. MPL-2.0 asks for the source of changed files of its own;
 * CC-BY-4.0, which is for data, for its authors' name.
 */
const FOR_TOOLS = [...PERMISSIVE, 'CC-BY-4.0', 'MPL-2.0', 'Unlicense', 'WTFPL']

/** Packages that do not say it in SPDX's words, with what their own files say. None is deployed. */
const READ_BY_HAND: Readonly<Record<string, string>> = {
  // "licenses": MIT
  'saml/node_modules/xpath': 'MIT',
  'samlp/node_modules/xpath': 'MIT',
  'valid-url': 'MIT',
  xtend: 'MIT',
  // "licenses": LGPL, or by the same entry MIT
  '@auth0/xmldom': 'MIT',
  // its LICENSE file
  'utils-flatten': 'MIT',
}

const third = [...lockedIn(''), ...apart]
  .filter(([path]) => path.startsWith('node_modules/'))
  .map(([path, locked]) => ({ name: path.slice('node_modules/'.length), ...locked }))

/** Of "A OR B" whoever uses the package chooses one. */
function choices(name: string, license: string | undefined): readonly string[] {
  const said = READ_BY_HAND[name] ?? license ?? ''
  return said
    .replace(/^\(|\)$/g, '')
    .split(' OR ')
    .map((one) => (one === 'mit' ? 'MIT' : one))
}

const outside = (allowed: readonly string[], isMeant: (locked: LockedPackage) => boolean) =>
  third
    .filter(isMeant)
    .filter(({ name, license }) => !choices(name, license).some((one) => allowed.includes(one)))
    .map(({ name, license }) => `${name}: ${license}`)

const isTool = ({ dev = false, devOptional = false }: LockedPackage) => dev || devOptional

describe('the licences of all packages', () => {
  it('are permissive where a package is deployed', () => {
    expect(third.filter((one) => !isTool(one)).length).toBeGreaterThan(50)
    expect(outside(PERMISSIVE, (one) => !isTool(one))).toEqual([])
  })

  it('are on the list where it is a tool', () => {
    expect(outside(FOR_TOOLS, isTool)).toEqual([])
  })

  it('were read by hand of packages that are there, and of none that is deployed', () => {
    const tools = third.filter(isTool).map(({ name }) => name)
    expect(Object.keys(READ_BY_HAND).filter((name) => !tools.includes(name))).toEqual([])
  })
})
