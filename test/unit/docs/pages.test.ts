import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../pages/look-at.ts'
import { PAGES, type PageSeen, pageNames } from '../../pages/page-list.ts'
import { pagesInSource, sendersOfHtml } from '../../pages/page-source.ts'
import { pagesDocument } from '../../pages/pages-document.ts'
import {
  fileOf,
  pictureOnDisk,
  picturesOnDisk,
  readRecord,
  windowNames,
} from '../../pages/picture-record.ts'

const source = pagesInSource()
const listed = pageNames().map((name): PageSeen => PAGES[name])

describe('the list of pages', () => {
  it('has each function of the source that makes one, and no other', () => {
    const names = (pages: readonly { owner: string; madeBy: string }[]) =>
      new Set(pages.map(({ owner, madeBy }) => `${owner}: ${madeBy}`))

    expect(names(listed)).toEqual(names(source))
  })

  it('has each title that the source gives to a page', () => {
    const missing = source.flatMap(({ madeBy, titles }) =>
      titles.filter(
        (title) => !listed.some((one) => one.madeBy === madeBy && title.test(one.heading)),
      ),
    )

    expect(missing).toEqual([])
    expect(source.flatMap(({ titles }) => titles).length).toBeGreaterThan(14)
  })

  it('is of all HTML that is sent: that of the two layouts, and an app’s own', () => {
    expect(sendersOfHtml()).toEqual([
      'src/http/pages/page.ts',
      'src/http/pages/relayed-page.ts',
      'src/sandbox/web/page.ts',
    ])
  })
})

describe('docs/pages.md', () => {
  it('is as npm run docs writes it', () => {
    expect(readFileSync('docs/pages.md', 'utf8')).toBe(pagesDocument())
  })

  it('has the pictures that were taken, for each page at each width, and no other', () => {
    const record = readRecord()
    const wanted = pageNames().flatMap((name) =>
      windowNames().map((window) => [fileOf(name, window), record[name]?.pictures[window]]),
    )
    const found = picturesOnDisk().map((file) => [file, sha256(pictureOnDisk(file))])

    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted))
  })

  it('is small enough to be in a repository', () => {
    const bytes = picturesOnDisk().map((file) => pictureOnDisk(file).length)
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(3_500_000)
  })
})
