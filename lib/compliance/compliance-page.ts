import { Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/** What stands above this line in the page is written by hand. */
const GENERATED = '<!-- From here on written by `npm run docs`. -->'

/**
 * The page on compliance, its list of acknowledged rules made anew from the stack.
 *
 * @param page as it stands
 */
export function compliancePage(page: string, stack: IConstruct): string {
  const byReason = new Map<string, { rules: Set<string>; paths: Set<string> }>()
  for (const construct of stack.node.findAll()) {
    for (const { id, reason } of acknowledgedOn(construct)) {
      const { rules, paths } = byReason.get(reason) ?? { rules: new Set(), paths: new Set() }
      rules.add(`\`${id}\``)
      paths.add(nameOf(construct, stack))
      byReason.set(reason, { rules, paths })
    }
  }
  const rows = [...byReason]
    .map(
      ([reason, { rules, paths }]) =>
        `| ${[...rules].toSorted().join('<br>')} | ${[...paths].toSorted().join(', ')} | ${reason} |`,
    )
    .toSorted()
  const [byHand = ''] = page.split(GENERATED)
  return [
    `${byHand}${GENERATED}`,
    '',
    '| Rule | Where | Why it is not kept |',
    '| --- | --- | --- |',
  ]
    .concat(rows, '')
    .join('\n')
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
