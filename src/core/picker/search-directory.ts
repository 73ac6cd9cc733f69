import type { DirectoryEntry } from '#core/registry/directory-entry.ts'

/** As many as a person looks through; each may have a logo. */
const PAGE_SIZE = 20

/** More words than people type; what is beyond is not looked for. */
const MAX_WORDS = 10

/** What a person looks for. */
export interface DirectorySearch {
  readonly text: string
  /** From 1. */
  readonly page: number
}

/** A page of what was found. */
export interface DirectoryPage {
  readonly entries: readonly DirectoryEntry[]
  /** Of all pages. */
  readonly total: number
  /** The place of the first entry, from 1. */
  readonly from: number
  /** The page asked for, or the last where there are not so many. */
  readonly page: number
  readonly pages: number
}

/** What is looked through: words after a space each, so that a search is one for ` word`. */
interface Indexed {
  readonly entry: DirectoryEntry
  readonly name: string
  /** Name and aliases. */
  readonly names: string
  /** The same, and locations. */
  readonly all: string
}

/** A directory is read anew once a minute; its index goes when it goes. */
const indexes = new WeakMap<readonly DirectoryEntry[], readonly Indexed[]>()

/**
 * Finds the entries of which each word of the text begins a word: of the name, an alias or a location,
 * whatever its accents and case. Those whose name begins with the text come first, then by how near the
 * name they were found, then by name. No text finds all.
 */
export function searchDirectory(
  directory: readonly DirectoryEntry[],
  { text, page: wanted }: DirectorySearch,
): DirectoryPage {
  const words = wordsOf(text).slice(0, MAX_WORDS)
  const found = words.length === 0 ? directory : ranked(indexOf(directory), words)
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE))
  const page = Math.min(Math.max(1, wanted), pages)
  const start = (page - 1) * PAGE_SIZE
  return {
    entries: found.slice(start, start + PAGE_SIZE),
    total: found.length,
    from: start + 1,
    page,
    pages,
  }
}

/** Which of the texts have a word that begins with a word of the search. */
export function matching(texts: readonly string[], search: string): readonly string[] {
  const words = wordsOf(search)
  return texts.filter((text) => words.some((word) => searchable(text).includes(` ${word}`)))
}

function ranked(index: readonly Indexed[], words: readonly string[]): readonly DirectoryEntry[] {
  const whole = ` ${words.join(' ')}`
  const isIn = (text: string) => words.every((word) => text.includes(` ${word}`))
  const ranks: DirectoryEntry[][] = [[], [], [], []]
  for (const { entry, name, names, all } of index) {
    if (!isIn(all)) continue
    const rank = name.startsWith(whole) ? 0 : isIn(name) ? 1 : isIn(names) ? 2 : 3
    ranks[rank]?.push(entry)
  }
  return ranks.flat()
}

function indexOf(directory: readonly DirectoryEntry[]): readonly Indexed[] {
  const kept = indexes.get(directory)
  if (kept) return kept
  const index = directory.map((entry): Indexed => {
    const name = searchable(entry.name)
    const names = name + (entry.aliases ?? []).map(searchable).join('')
    return { entry, name, names, all: names + (entry.locations ?? []).map(searchable).join('') }
  })
  indexes.set(directory, index)
  return index
}

function searchable(text: string): string {
  return wordsOf(text)
    .map((word) => ` ${word}`)
    .join('')
}

/** Words in lower case without accents; `Mary’s` is `marys`. */
function wordsOf(text: string): readonly string[] {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
}
