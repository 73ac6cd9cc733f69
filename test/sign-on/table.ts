import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const AUTHORITIES = ['user', 'system', 'none'] as const

/** Schemes in the order of the page; a cell without a test says so, or why there is none. */
const SCHEMES: readonly {
  readonly scheme: string
  readonly notSensible?: Partial<Record<(typeof AUTHORITIES)[number], string>>
}[] = [
  { scheme: 'smart-ehr' },
  { scheme: 'smart-standalone' },
  { scheme: 'smart-patient' },
  { scheme: 'oidc' },
  { scheme: 'saml' },
  { scheme: 'signed-link' },
]

/** A flow test whose name begins `<scheme> × <authority>:`. */
const NAMED = /(['"`])([a-z-]+) × (user|system|none): ((?:(?!\1)[^\\\n]|\\.)+)\1/g

/** What a test of a scheme and an authority says that it shows. */
function shown(folder: string) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(NAMED)].map(
        ([, , scheme, authority, says]) => ({ file: `${folder}/${file}`, scheme, authority, says }),
      ),
    )
}

/** The table of `docs/sign-on.md`: each scheme with each authority, and the test that shows it. */
function signOnTable(folder = 'test/flow'): string {
  const tests = shown(folder)
  const rows = SCHEMES.flatMap(({ scheme, notSensible = {} }) =>
    AUTHORITIES.map((authority) => {
      const cell = tests
        .filter((test) => test.scheme === scheme && test.authority === authority)
        .map(({ file, says }) => `${says} (\`${file}\`)`)
        .join('<br>')
      return `| \`${scheme}\` | \`${authority}\` | ${cell || (notSensible[authority] ?? 'no test shows it')} |`
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
