import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type Look, sha256 } from './look-at.ts'
import { type PageName, pageNames, WINDOWS, type WindowName } from './page-list.ts'

const FOLDER = new URL('../../docs/pictures/', import.meta.url)
const RECORD = new URL('pages.json', FOLDER)

/** What a page said when its pictures were taken, and which pictures these are, by their SHA-256. */
interface Recorded extends Look {
  readonly pictures: Readonly<Record<WindowName, string>>
}

export type PictureRecord = Partial<Record<PageName, Recorded>>

export const windowNames = (): readonly WindowName[] => Object.keys(WINDOWS) as WindowName[]

export const fileOf = (page: PageName, window: WindowName) => `${page}-${window}.png`

export function readRecord(): PictureRecord {
  return JSON.parse(readFileSync(RECORD, 'utf8')) as PictureRecord
}

export const picturesOnDisk = (): readonly string[] =>
  readdirSync(FOLDER).filter((name) => name.endsWith('.png'))

export const pictureOnDisk = (name: string): Buffer => readFileSync(new URL(name, FOLDER))

/** Keeps a page's pictures and what it said; pictures of pages that are no more are removed. */
export function keepPictures(
  page: PageName,
  look: Look,
  taken: readonly (readonly [WindowName, Buffer])[],
): void {
  mkdirSync(FOLDER, { recursive: true })
  for (const [window, picture] of taken)
    writeFileSync(new URL(fileOf(page, window), FOLDER), picture)
  const pictures = Object.fromEntries(
    taken.map(([window, picture]) => [window, sha256(picture)]),
  ) as Record<WindowName, string>

  const record = { ...(existsSync(RECORD) && readRecord()), [page]: { ...look, pictures } }
  const inOrder = pageNames().map((name) => [name, record[name]])
  writeFileSync(RECORD, `${JSON.stringify(Object.fromEntries(inOrder), undefined, 2)}\n`)
  const wanted = pageNames().flatMap((name) => windowNames().map((window) => fileOf(name, window)))
  for (const name of picturesOnDisk()) {
    if (!wanted.includes(name)) rmSync(new URL(name, FOLDER))
  }
}
