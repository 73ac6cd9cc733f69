import { globSync, readFileSync } from 'node:fs'
import type { Owner } from './page-list.ts'

/** The layouts: whoever calls one makes a page. */
const LAYOUTS = ['page', 'ehrPage', 'appPage', 'sentencePage']
const CALLS_LAYOUT = new RegExp(`(?<![\\w.])(?:${LAYOUTS.join('|')})\\(\\{`)
const NAME = /^(?:export )?(?:async )?(?:function|const) (\w+)/

/** A page as its source tells of it. */
export interface SourcePage {
  readonly owner: Owner
  /** The function that makes it. */
  readonly madeBy: string
  /** Its titles that are written there, `${…}` in them being anything. */
  readonly titles: readonly RegExp[]
}

const FILES = globSync('{src/http,src/sandbox,lambdas}/**/*.ts', {
  exclude: ['src/sandbox/ehr/{data,fhir}/**'],
})

/** Every function of the source that makes a page. */
export function pagesInSource(): readonly SourcePage[] {
  return FILES.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split(/^(?=(?:export )?(?:async )?(?:function|const) \w)/m)
      .filter((part) => CALLS_LAYOUT.test(part))
      .map((part) => ({
        owner: ownerOf(file),
        madeBy: NAME.exec(part)?.[1] ?? file,
        titles: titlesIn(part),
      }))
      .filter(({ madeBy }) => !LAYOUTS.includes(madeBy)),
  )
}

/** The files that send HTML. */
export function sendersOfHtml(): readonly string[] {
  const all = globSync('{src,lambdas}/**/*.ts')
  return all.filter((file) => readFileSync(file, 'utf8').includes(`'text/html; `)).toSorted()
}

function ownerOf(file: string): Owner {
  if (file.includes('/demo-app/')) return 'app'
  return file.includes('/sandbox/') ? 'ehr' : 'broker'
}

function titlesIn(part: string): readonly RegExp[] {
  return [...part.matchAll(/\btitle(?:: | = )(?:'([^']*)'|`([^`]*)`)/g)].map(
    ([, text = '', template = text]) => {
      const pieces = template
        .split(/\$\{[^}]*\}/)
        .map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      return new RegExp(`^${pieces.join('.+')}$`)
    },
  )
}
