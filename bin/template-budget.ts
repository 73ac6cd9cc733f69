import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { templateLimits } from '../lib/template-limits.ts'

/** `npm run budget`, its second part: how near the synthesized template is to the limits of AWS. */
const assembly = process.argv[2] ?? 'cdk.out'
const name = readdirSync(assembly).find((file) => file.endsWith('.template.json'))
if (name === undefined) throw new Error(`${assembly} holds no stack: run cdk synth first.`)

for (const { what, is, most, share } of templateLimits(
  JSON.parse(readFileSync(join(assembly, name), 'utf8')),
)) {
  process.stdout.write(`${what}: ${is} of ${most}\n`)
  if (is <= share * most) continue
  process.stderr.write(`${what}: ${is} is more than ${share * 100} % of AWS’s limit, ${most}.\n`)
  process.exitCode = 1
}
