/**
 * `npm run grants`: takes each grant of the template out in turn, and names the flow test that turns
 * red; fails where none does. `npm run grants -- --used`: fails where the last recorded run of the
 * tests did not use a grant. Two at a time; the tree itself is not touched.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Grant, grantsOf } from '#local/iam/grants.ts'
import { iamRules } from '#local/iam/iam-rules.ts'
import { readCloudAssembly } from '#local/template/cloud-assembly.ts'
import { resolveStack } from '#local/template/resolve-stack.ts'
import { synthesizeBroker } from '../../lib/synthesize-broker.ts'
import { USED_GRANTS_VARIABLE } from '../support/run-variables.ts'
import { readUsedGrants } from '../support/used-grants.ts'
import { chooseTests, type FlowTest, sameGrant } from './choose-tests.ts'
import { type FlowTests, startFlowTests } from './flow-tests.ts'
import { assemblyWithoutGrant } from './out-of-template.ts'

const AT_ONCE = 2
const FOLDER = process.env[USED_GRANTS_VARIABLE] ?? '.sallyport/used-grants'

const {
  used: onlyUsed,
  of,
  part,
} = parseArgs({
  options: {
    used: { type: 'boolean', default: false },
    of: { type: 'string', default: '' },
    part: { type: 'string', default: '1/1' },
  },
}).values
const [partNumber = 1, parts = 1] = part.split('/').map(Number)
if (!existsSync(FOLDER)) {
  fail(`Nothing is recorded. Do that first: ${USED_GRANTS_VARIABLE}=${FOLDER} npm test`)
}
const used = readUsedGrants(FOLDER)
// The flow tests that run here are to add nothing to it.
delete process.env[USED_GRANTS_VARIABLE]
const work = mkdtempSync(join(tmpdir(), 'grants-'))
process.once('exit', () => rmSync(work, { recursive: true, force: true }))

const whole = join(work, 'whole')
const assembly = synthesizeBroker({ upstreams: 'loopback', outdir: whole }).directory
const all = grantsOf(iamRules(resolveStack(readCloudAssembly(assembly))))
const grants = all
  .filter(({ caller }) => caller.startsWith(of))
  .filter((_, index, { length }) => Math.floor((index * parts) / length) === partNumber - 1)

if (onlyUsed) sayUnused()
else await takeOutEach()

function sayUnused(): void {
  const unused = grants.filter((grant) => !used.some((one) => sameGrant(one, grant)))
  for (const grant of unused) say(`✗ never used: ${nameOf(grant)}`)
  say(`${grants.length - unused.length} of ${grants.length} grants were used`)
  process.exitCode = unused.length === 0 ? 0 : 1
}

async function takeOutEach(): Promise<void> {
  const began = performance.now()
  const tests = chooseTests(grants, used)
  const lanes = await Promise.all(Array.from({ length: AT_ONCE }, () => startFlowTests(assembly)))
  const green = new Map<string, Promise<number | undefined>>()
  const waiting = grants.entries()
  let shown = 0

  /** What a test takes with all grants; nothing, where it is not green by itself. */
  const greenMs = (test: FlowTest, lane: FlowTests) => {
    const key = JSON.stringify(test)
    const known =
      green.get(key) ??
      lane.run(test, assembly).then(({ color, tookMs }) => (color === 'green' ? tookMs : undefined))
    green.set(key, known)
    return known
  }
  const tryWithout = async (test: FlowTest, without: string, lane: FlowTests) => {
    const tookMs = await greenMs(test, lane)
    if (tookMs === undefined) return 'not green with all grants'
    return (await lane.run(test, without, tookMs)).color
  }
  const worker = async (lane: FlowTests) => {
    for (const [index, grant] of waiting) {
      const without = join(work, `without-${index}`)
      assemblyWithoutGrant(assembly, without, grant)
      const tried: string[] = []
      let red: FlowTest | undefined
      for (const test of tests.get(grant) ?? []) {
        const outcome = await tryWithout(test, without, lane)
        if (outcome === 'red') red = test
        if (outcome === 'red') break
        tried.push(`${outcome}: ${test.file} › ${test.test}`)
      }
      rmSync(without, { recursive: true })
      if (red) shown += 1
      const words = red ? `${red.file} › ${red.test}` : 'no test turns red'
      say(`${red ? '✓' : '✗'} ${nameOf(grant)} → ${words}`)
      if (!red) for (const line of tried) say(`    ${line}`)
    }
  }
  await Promise.all(lanes.map(worker))
  await Promise.all(lanes.map((lane) => lane.close()))
  const minutes = ((performance.now() - began) / 60_000).toFixed(1)
  say(`${shown} of ${grants.length} grants are shown, in ${minutes} minutes`)
  process.exitCode = shown === grants.length ? 0 : 1
}

function nameOf({ caller, statement, action }: Grant): string {
  return `${caller} · ${statement} · ${action}`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function fail(line: string): never {
  process.stderr.write(`${line}\n`)
  process.exit(1)
}
