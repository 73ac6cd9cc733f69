import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MANAGED_RULES } from '../../lib/constructs/managed-rules.ts'
import { deployment } from '../../lib/deployments/deployment.ts'
import { deploymentsJsonSchema } from '../../lib/deployments/deployments-json-schema.ts'

const page = readFileSync('docs/deployments.md', 'utf8')

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema
}

/** Each option of a deployment, as `names.stack`. */
function options(): readonly string[] {
  const schema = JSON.parse(JSON.stringify(deploymentsJsonSchema())) as Schema
  const fields = schema.properties?.['deployments']?.additionalProperties?.properties ?? {}
  return Object.entries(fields).flatMap(([name, { properties }]) =>
    properties ? Object.keys(properties).map((inner) => `${name}.${inner}`) : [name],
  )
}

describe('docs/deployments.md', () => {
  it('explains every option', () => {
    expect(options().length).toBeGreaterThan(30)
    expect(options().filter((option) => !page.includes(`\`${option}`))).toEqual([])
  })

  it('has each rule of AWS that only counts, with the reason, and no other', () => {
    const rows = MANAGED_RULES.flatMap(({ counted }) =>
      Object.entries(counted).map(([rule, reason]) => `| \`${rule}\` | ${reason} |`),
    )
    expect(page.match(/^\| `\w+_[A-Z]+` \|.*$/gm)).toEqual(rows)
    for (const { group, against } of MANAGED_RULES) {
      expect(page).toContain(`| \`${group}\` | ${against.replace('’', "'")}`)
    }
  })

  it('says of numbers what they are by default', () => {
    const { throttles, retention, alarms } = deployment.parse({})
    const said = [throttles.stage.rate, throttles.stage.burst, alarms.requestsAnHour]
    for (const number of said) expect(page).toContain(number.toLocaleString('en-US'))
    for (const days of Object.values(retention)) expect(page).toContain(`| ${days} |`)
  })
})
