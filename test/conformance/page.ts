import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CONFORMANCE_ROWS } from './rows.ts'

/** A test whose name says which rows it shows. */
export interface NamedTest {
  readonly file: string
  readonly name: string
  readonly rows: readonly string[]
}

/** `(SM-41, 44, 45)` names three rows, and so does `(SM-41, SM-44, OA-02)`. */
const IDS = /\b([A-Z]{2})-(\d+)((?:, \d+)*)/g

/** Every test under a folder that names a row. */
export function namedTests(folder: string): readonly NamedTest[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(test|contract)\.ts$/.test(file))
    .sort()
    .flatMap((file) => inFile(join(folder, file)))
}

function inFile(file: string): readonly NamedTest[] {
  const text = readFileSync(file, 'utf8')
  return [
    ...text.matchAll(/(['"`])((?:(?!\1)[^\\\n]|\\.)*?\b[A-Z]{2}-\d+(?:(?!\1)[^\\\n]|\\.)*)\1/g),
  ].flatMap(([, , name = '']) => {
    const rows = rowsIn(name)
    return rows.length > 0 ? [{ file, name, rows }] : []
  })
}

function rowsIn(name: string): readonly string[] {
  const known = new Set(CONFORMANCE_ROWS.map(({ id }) => id))
  return [...name.matchAll(IDS)]
    .flatMap(([, family = '', first = '', more = '']) => [
      `${family}-${first}`,
      ...more
        .split(', ')
        .filter(Boolean)
        .map((number) => `${family}-${number}`),
    ])
    .filter((id) => known.has(id))
}

/** `test/CONFORMANCE.md`: each row with the tests that name it, or why there is none. */
export function conformancePage(tests: readonly NamedTest[]): string {
  const lines = CONFORMANCE_ROWS.map(({ id, asks, notHere }) => {
    const shown = tests.filter(({ rows }) => rows.includes(id))
    const by = shown
      .map(({ file, name }) => `\`${file}\`: ${name.replaceAll('|', '\\|')}`)
      .join('<br>')
    const rest = notHere ? `does not apply: ${notHere}` : 'no test names it'
    return `| ${id} | ${asks.replaceAll('|', '\\|')} | ${by || rest} |`
  })
  const named = CONFORMANCE_ROWS.filter(({ id }) => tests.some(({ rows }) => rows.includes(id)))
  const notHere = CONFORMANCE_ROWS.filter(
    ({ id, notHere: why }) => why && !named.some((row) => row.id === id),
  )
  return `# Conformance

What SMART App Launch 2.2, Inferno, the OpenID Foundation's relying-party modules and the OAuth documents ask of a client, SAML 2.0
of a service provider, HTTP and FHIR of the FHIR door, what token endpoints have been seen to answer, and the test that names it. Made by \`npm run docs\`; \`test/unit/docs/conformance.test.ts\` holds that each test it names is there.
Of ${CONFORMANCE_ROWS.length} rows, tests name ${named.length}, ${notHere.length} do not apply, and ${CONFORMANCE_ROWS.length - named.length - notHere.length} have behavior that no test names by its row.

| Row | Asks for | Shown by |
| --- | --- | --- |
${lines.join('\n')}
`
}
