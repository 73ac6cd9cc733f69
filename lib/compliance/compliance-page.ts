import { Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/** What stands above this line in the page is written by hand. */
const GENERATED = '<!-- From here on written by `npm run docs`. -->'

const HEAD = ['| Rule | Where | Why it is not kept |', '| --- | --- | --- |']

/**
 * The page on compliance, its list of acknowledged rules made anew from the stack.
 *
 * @param page as it stands
 * @param stack the deployment that has all defaults
 * @param withOptions one that has every option on
 */
export function compliancePage(page: string, stack: IConstruct, withOptions: IConstruct): string {
  const rows = rowsOf(stack)
  const known = new Set(rows.map(reasonOf))
  const further = rowsOf(withOptions).filter((row) => !known.has(reasonOf(row)))
  const [byHand = ''] = page.split(GENERATED)
  return [
    `${byHand}${GENERATED}`,
    '',
    ...HEAD,
    ...rows,
    '',
    'With all options of a [deployment](deployments.md) on, some of these fall away, and there are besides:',
    '',
    ...HEAD,
    ...further,
    '',
  ].join('\n')
}

function reasonOf(row: string): string | undefined {
  return row.split(' | ').at(-1)
}

function rowsOf(stack: IConstruct): readonly string[] {
  const byReason = new Map<string, { rules: Set<string>; paths: Set<string> }>()
  for (const construct of stack.node.findAll()) {
    for (const { id, reason } of acknowledgedOn(construct)) {
      const { rules, paths } = byReason.get(reason) ?? { rules: new Set(), paths: new Set() }
      rules.add(`\`${id}\``)
      paths.add(nameOf(construct, stack))
      byReason.set(reason, { rules, paths })
    }
  }
  return [...byReason]
    .map(
      ([reason, { rules, paths }]) =>
        `| ${[...rules].toSorted().join('<br>')} | ${[...paths].toSorted().join(', ')} | ${reason} |`,
    )
    .toSorted()
}

function acknowledgedOn({ node }: IConstruct): readonly { id: string; reason: string }[] {
  return node.metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) =>
      Object.entries(data as Readonly<Record<string, string>>).map(([id, reason]) => ({
        id: id.replace(/^annotation::/i, ''),
        reason,
      })),
    )
}

function nameOf({ node }: IConstruct, stack: IConstruct): string {
  return node.path.slice(stack.node.path.length + 1).replace(/(\/Resource|\/DefaultPolicy)+$/, '')
}
