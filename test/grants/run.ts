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
import { assemblyWithoutGrant } from './out-of-template.ts'
import { runFlowTest } from './run-flow-test.ts'

const AT_ONCE = 2
const FOLDER = process.env[USED_GRANTS_VARIABLE] ?? '.sallyport/used-grants'

const { used: onlyUsed, of } = parseArgs({
  options: { used: { type: 'boolean', default: false }, of: { type: 'string', default: '' } },
}).values
if (!existsSync(FOLDER)) {
  fail(`Nothing is recorded. Do that first: ${USED_GRANTS_VARIABLE}=${FOLDER} npm test`)
}
const used = readUsedGrants(FOLDER)
const work = mkdtempSync(join(tmpdir(), 'grants-'))
process.once('exit', () => rmSync(work, { recursive: true, force: true }))

const whole = join(work, 'whole')
const assembly = synthesizeBroker({ upstreams: 'loopback', outdir: whole }).directory
const all = grantsOf(iamRules(resolveStack(readCloudAssembly(assembly))))
const grants = all.filter(({ caller }) => caller.startsWith(of))

if (onlyUsed) sayUnused()
else await takeOutEach()

function sayUnused(): void {
  const unused = grants.filter((grant) => !used.some((one) => sameGrant(one, grant)))
  for (const grant of unused) say(`✗ never used: ${nameOf(grant)}`)
  say(`${grants.length - unused.length} of ${grants.length} grants were used`)
  process.exitCode = unused.length === 0 ? 0 : 1
}

async function takeOutEach(): Promise<void> {
  const tests = chooseTests(grants, used)
  const passing = new Map<string, Promise<boolean>>()
  const waiting = grants.entries()
  let shown = 0

  const passes = (test: FlowTest, output: string) => {
    const key = JSON.stringify(test)
    const known =
      passing.get(key) ?? runFlowTest(test, assembly, output).then((result) => result === 'green')
    passing.set(key, known)
    return known
  }
  const worker = async (_: unknown, number: number) => {
    const output = join(work, `results-${number}.json`)
    for (const [index, grant] of waiting) {
      const without = join(work, `without-${index}`)
      assemblyWithoutGrant(assembly, without, grant)
      let red: FlowTest | undefined
      for (const test of tests.get(grant) ?? []) {
        if (!(await passes(test, output))) continue
        if ((await runFlowTest(test, without, output)) !== 'red') continue
        red = test
        break
      }
      rmSync(without, { recursive: true })
      if (red) shown += 1
      const words = red ? `${red.file} › ${red.test}` : 'no test turns red'
      say(`${red ? '✓' : '✗'} ${nameOf(grant)} → ${words}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  say(`${shown} of ${grants.length} grants are shown`)
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
