/**
 * `npm run bench -- <name> [--json]`: runs `bench/<name>.bench.ts` and prints its figures, one a
 * line. Exits with 1 where a bar is missed, with 2 where there is no such bench.
 */
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Bench, figureLine, isWithin } from './figure.ts'

const ENDING = '.bench.ts'
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length))

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const [name = ''] = positionals
if (positionals.length === 1 && names.includes(name)) {
  const { bench } = (await import(`./${name}${ENDING}`)) as { readonly bench: Bench }
  for await (const figure of bench()) {
    process.stdout.write(`${figureLine(figure, values.json)}\n`)
    if (!isWithin(figure)) process.exitCode = 1
  }
} else {
  process.stderr.write(
    `usage: npm run bench -- <name> [--json], with one of: ${names.join(', ')}\n`,
  )
  process.exitCode = 2
}
