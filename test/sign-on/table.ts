import { readdirSync, readFileSync } from 'node:fs'

const AUTHORITIES = ['user', 'system', 'none'] as const

/** What stands in a cell that nothing fills. */
export const UNSHOWN = 'no test shows it'

/** In the order of the page. Each makes sense with each authority. */
const SCHEMES = ['smart-ehr', 'smart-standalone', 'smart-patient', 'oidc', 'saml', 'signed-link']

/** A flow test that runs, and whose name begins `<scheme> × <authority>:`. */
const NAMED =
  /^ *(?:it|test)(?:\.each\([^()]*\))?\((['"`])([a-z-]+) × (user|system|none): ((?:(?!\1)[^\\\n]|\\.)+)\1/gm

/** Of the source of a test file: what each of its tests of a scheme and an authority says that it shows. */
export function shownIn(source: string) {
  return [...source.matchAll(NAMED)].map(([, , scheme, authority, says]) => ({
    scheme,
    authority,
    says,
  }))
}

/** The table of `docs/sign-on.md`: each scheme with each authority, and the test that shows it. */
function signOnTable(folder = 'test/flow'): string {
  const tests = readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `${folder}/${file}`)
    .flatMap((file) => shownIn(readFileSync(file, 'utf8')).map((test) => ({ file, ...test })))
  const rows = SCHEMES.flatMap((scheme) =>
    AUTHORITIES.map((authority) => {
      const cell = tests
        .filter((test) => test.scheme === scheme && test.authority === authority)
        .map(({ file, says }) => `${says} (\`${file}\`)`)
        .join('<br>')
      return `| \`${scheme}\` | \`${authority}\` | ${cell || UNSHOWN} |`
    }),
  )
  return ['| `signOn.scheme` | `fhirAuthority` | Shown by |', '| --- | --- | --- |', ...rows].join(
    '\n',
  )
}

const TABLE = /(<!-- made by npm run docs -->\n)[\s\S]*?(\n<!-- end -->)/

/** The page with its table made anew. */
export function withTable(page: string): string {
  return page.replace(TABLE, (_, begin: string, end: string) => `${begin}${signOnTable()}${end}`)
}
