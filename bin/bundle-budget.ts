import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

/**
 * What each function's bundle may weigh, in kB (1000 bytes) as deployed, minified, all its files together.
 * A cold start pays for most of them; whoever raises a number has looked at what came in.
 */
const BUDGETS: Readonly<Record<string, number>> = {
  Launch: 450,
  Redirect: 700,
  Saml: 1_000,
  Sso: 400,
  Token: 355,
  Fhir: 985,
  DataModel: 1_085,
  Refresher: 675,
  Session: 355,
  Logout: 370,
  Webhooks: 335,
}

/** The package for the app's side: it goes to whoever asks for it, `jose` beside it and not within. */
const CLIENT = { name: 'client', budget: 15 }

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: { readonly Code?: Code } }>
  >
}

interface Code {
  readonly S3Key?: string
}

interface Assets {
  readonly files: Readonly<Record<string, { readonly source: { readonly path: string } }>>
}

const assembly = process.argv[2] ?? 'cdk.out'
const sizes = bundleSizes(assembly)
const problems = [
  ...Object.entries(sizes).flatMap(([name, size]) => overBudget(name, size)),
  ...Object.keys(BUDGETS)
    .filter((name) => sizes[name] === undefined)
    .map((name) => `${name} has a budget, and is no function of ${assembly}.`),
]

for (const [name, size] of Object.entries(sizes)) {
  process.stdout.write(`${name}: ${size} kB of ${BUDGETS[name] ?? 'no budget'}\n`)
}
const clientBytes = clientSize()
process.stdout.write(
  `${CLIENT.name}: ${(clientBytes / 1000).toFixed(1)} kB of ${CLIENT.budget}, minified, without jose\n`,
)
if (clientBytes > CLIENT.budget * 1000) {
  problems.push(`The client package is ${clientBytes} bytes; its budget is ${CLIENT.budget} kB.`)
}
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exitCode = 1
}

function overBudget(name: string, size: number): readonly string[] {
  const budget = BUDGETS[name]
  if (budget === undefined) return [`${name} has no budget: give it one in bin/bundle-budget.ts.`]
  return size > budget ? [`${name}'s bundle is ${size} kB; its budget is ${budget} kB.`] : []
}

/** The client package in one file, minified, in bytes. */
function clientSize(): number {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('../client/index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    external: ['jose'],
  })
  return outputFiles.reduce((sum, { contents }) => sum + contents.length, 0)
}

/** Size in kB of each function's bundle, by the function's id in the stack. */
function bundleSizes(folder: string): Readonly<Record<string, number>> {
  const stack = readdirSync(folder)
    .find((name) => name.endsWith('.template.json'))
    ?.replace(/\.template\.json$/, '')
  if (stack === undefined) throw new Error(`${folder} holds no stack: run cdk synth first.`)

  const template: Template = readJson(join(folder, `${stack}.template.json`))
  const assets: Assets = readJson(join(folder, `${stack}.assets.json`))
  return Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
      .map(([logicalId, { Properties }]) => {
        const hash = Properties?.Code?.S3Key?.replace(/\.zip$/, '') ?? ''
        const path = assets.files[hash]?.source.path
        if (path === undefined) throw new Error(`${logicalId} has no bundle in ${folder}.`)
        return [logicalId.replace(/[0-9A-F]{8}$/, ''), sizeOf(join(folder, path))]
      }),
  )
}

function sizeOf(folder: string): number {
  const bytes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name)))
    .filter((entry) => entry.isFile())
    .reduce((sum, { size }) => sum + size, 0)
  return Math.ceil(bytes / 1000)
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T
}
