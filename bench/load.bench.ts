import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bench } from './figure.ts'
import { type Bundle, synthesizeBundles } from './load/bundles.ts'

const ROUNDS = 25
const LARGEST_KB = 1_100

/**
 * What a function may take to load, of what a bare one on DynamoDB takes. Those that a person waits
 * for in a browser, or an app at each token, are near it; those that hold the vault bring its code;
 * that for SAML brings XML and its signatures, which nothing else does.
 */
const BARS: Readonly<Record<string, number>> = {
  Launch: 1.3,
  Sso: 1.3,
  Token: 1.3,
  Session: 1.3,
  Logout: 1.3,
  Webhooks: 1.3,
  Redirect: 1.7,
  Fhir: 1.7,
  DataModel: 1.7,
  Refresher: 1.7,
  Saml: 2,
}

/** Of the processor by the thread that imports, and of the clock. */
interface LoadTime {
  readonly cpuMs: number
  readonly clockMs: number
}

/**
 * What a cold start pays for a function's code: what it takes to import its bundle, as it is deployed,
 * in a process that has done nothing else, of what a bare one on DynamoDB takes in the same round.
 * Each round has all of them, in an order that turns; a figure is the median of the rounds.
 *
 * The bar is on the processor's time, which is what is waited for where the machine has nothing else
 * to do; the clock's own ratio is told beside it.
 */
export const bench: Bench = async function* () {
  const outdir = await mkdtemp(join(tmpdir(), 'sallyport-load-'))
  try {
    const { bare, functions } = synthesizeBundles(outdir)
    const rounds = await measure([bare, ...functions])
    yield { name: 'a bare function', value: median(rounds.map(([own]) => own.cpuMs)), unit: 'ms' }
    for (const [index, { name, size }] of functions.entries()) {
      const bar = BARS[name]
      if (bar === undefined) throw new Error(`${name} has no bar: give it one in load.bench.ts`)
      const ratio = (of: keyof LoadTime) =>
        median(rounds.map(([own, ...times]) => (times[index]?.[of] ?? Number.NaN) / own[of]))
      yield { name, value: ratio('cpuMs'), unit: 'ratio', bar: { atMost: bar } }
      yield { name: `${name}, by the clock`, value: ratio('clockMs'), unit: 'ratio' }
      yield { name: `${name}, minified`, value: size, unit: 'kB', bar: { atMost: LARGEST_KB } }
    }
  } finally {
    await rm(outdir, { recursive: true })
  }
}

type Round = readonly [bare: LoadTime, ...functions: LoadTime[]]

async function measure(bundles: readonly [Bundle, ...Bundle[]]): Promise<readonly Round[]> {
  const rounds: Round[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const times = new Map<Bundle, LoadTime>()
    const turned = [
      ...bundles.slice(round % bundles.length),
      ...bundles.slice(0, round % bundles.length),
    ]
    for (const bundle of turned) times.set(bundle, await load(bundle))
    const [bare, ...functions] = bundles.map((bundle) => times.get(bundle))
    // In the first the files are read from the disk.
    if (bare && round > 0) rounds.push([bare, ...functions.filter((one) => one !== undefined)])
  }
  return rounds
}

async function load({ file, environment }: Bundle): Promise<LoadTime> {
  const program = join(import.meta.dirname, 'load/import-bundle.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program, file], {
    env: { ...environment },
  })
  return JSON.parse(stdout)
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}
