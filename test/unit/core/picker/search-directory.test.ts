import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matching, searchDirectory } from '#core/picker/search-directory.ts'
import type { DirectoryEntry } from '#core/registry/directory-entry.ts'

const entry = (name: string, rest: Partial<DirectoryEntry> = {}): DirectoryEntry => ({
  connection: name.toLowerCase().replaceAll(/\W+/g, '-'),
  organization: 'general',
  name,
  ...rest,
})

const DIRECTORY = [
  entry('Bayside Clinics', { locations: ['Mercy Street, Springfield, IL 62701'] }),
  entry('Hôpital Général'),
  entry('New Mercy Hospital', { aliases: ['NMH'] }),
  entry('Mercy Health', { locations: ['Northside, Springfield, IL 62704', 'Albany, NY 12207'] }),
  entry('St. Mary’s Hospital'),
]

const found = (text: string) =>
  searchDirectory(DIRECTORY, { text, page: 1 }).entries.map(({ name }) => name)

describe('a search of the directory', () => {
  it.each([
    [
      'names that begin so before others, and locations last',
      'mercy',
      ['Mercy Health', 'New Mercy Hospital', 'Bayside Clinics'],
    ],
    [
      'all words, in any order, wherever each is',
      'spring merc',
      ['Bayside Clinics', 'Mercy Health'],
    ],
    ['names without their accents, in any case', 'HOPITAL GENE', ['Hôpital Général']],
    ['the same written with accents', 'hôpital général', ['Hôpital Général']],
    ['names without their apostrophes', 'st marys', ['St. Mary’s Hospital']],
    ['an alias', 'nmh', ['New Mercy Hospital']],
    ['a postal code as it begins', '122', ['Mercy Health']],
    ['nothing within words', 'ercy', []],
    ['all where there is no word', ' -’ ', DIRECTORY.map(({ name }) => name)],
  ])('finds %s', (_what, text, names) => {
    expect(found(text)).toEqual(names)
  })

  it('finds each entry by any word of its name, whatever that is (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (names) => {
        const directory = names.map((name, index) => entry(name, { connection: `${index}` }))
        for (const one of directory) {
          const { entries, total } = searchDirectory(directory, { text: one.name, page: 1 })
          expect(total > entries.length || entries.includes(one)).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('tells twenty at a time, every one on one page, and the last page beyond it', () => {
    const directory = Array.from({ length: 45 }, (_, index) => entry(`Clinic ${index}`))
    const page = (number: number) => searchDirectory(directory, { text: '', page: number })

    expect([1, 2, 3].flatMap((number) => page(number).entries)).toEqual(directory)
    expect(page(3)).toMatchObject({ total: 45, from: 41, page: 3, pages: 3 })
    for (const beyond of [4, 1e9, Number.POSITIVE_INFINITY]) expect(page(beyond)).toEqual(page(3))
    for (const before of [0, -1]) expect(page(before)).toEqual(page(1))
    expect(searchDirectory([], { text: 'a', page: 3 })).toMatchObject({
      total: 0,
      page: 1,
      pages: 1,
    })
  })
})

describe('matching', () => {
  it('names the texts that were looked for', () => {
    expect(matching(['Albany, NY', 'Springfield, IL'], 'mercy spring')).toEqual(['Springfield, IL'])
    expect(matching(['Albany, NY'], '')).toEqual([])
  })
})
