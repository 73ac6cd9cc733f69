import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isSecretKind } from '#cli/secret-finder.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { runbooksPage, runbookTitles } from '../../support/runbooks/read-runbook.ts'

const page = runbooksPage()
const LONG = new URL('../../long/', import.meta.url)
const KEPT = new URL('../../stack/kept-resources.json', import.meta.url)

/** The rows of the table in a section, by their first cells. */
function rowsOf(title: string): readonly string[] {
  const section = page.split(`\n## ${title}\n`)[1]?.split(/\n##+ /)[0] ?? ''
  return [...section.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  )
}

/** As GitHub makes it. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')

describe('docs/runbooks.md', () => {
  it('has a row for every key of the stack, and for no other', () => {
    const resources: Readonly<Record<string, { readonly Type: string }>> = JSON.parse(
      readFileSync(KEPT, 'utf8'),
    )
    const keys = Object.entries(resources)
      .filter(([, { Type }]) => Type === 'AWS::KMS::Key')
      .map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))

    expect(keys.length).toBeGreaterThan(7)
    expect(rowsOf('Every key').toSorted()).toEqual(keys.toSorted())
  })

  it('has a row for every kind of secret that the stack keeps, and for no other', () => {
    const kinds = Object.keys(OUTPUTS).flatMap(
      (name) => /^(.+)SecretsPrefix$/.exec(name)?.[1] ?? [],
    )

    expect(kinds.filter((kind) => !isSecretKind(kind))).toEqual([])
    expect(rowsOf('Every secret').toSorted()).toEqual(kinds.toSorted())
  })

  it('has no runbook that no test goes through', () => {
    const tests = readdirSync(LONG)
      .filter((name) => name.startsWith('runbooks-'))
      .map((name) => readFileSync(new URL(name, LONG), 'utf8'))
      .join('\n')

    expect(runbookTitles().length).toBeGreaterThan(10)
    expect(runbookTitles().filter((title) => !tests.includes(`'${title}'`))).toEqual([])
  })

  it('leads to what there is', () => {
    const anchors = [...page.matchAll(/^##+ (.+)$/gm)].map(([, title = '']) => anchor(title))
    const links = [...page.matchAll(/\]\(((?!https?:)[^)]+)\)/g)].map(([, link = '']) => link)
    const missing = links.filter((link) =>
      link.startsWith('#')
        ? !anchors.includes(link.slice(1))
        : !existsSync(new URL(`../../../docs/${link.split('#')[0]}`, import.meta.url)),
    )

    expect(links.length).toBeGreaterThan(15)
    expect(missing).toEqual([])
  })
})
