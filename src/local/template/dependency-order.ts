import type { TemplateResource } from './cloud-assembly.ts'

/**
 * The resources in an order in which each comes after what it needs.
 *
 * @throws Error for a circle, or a reference to nothing, as CloudFormation refuses them
 */
export function dependencyOrder(
  resources: Readonly<Record<string, TemplateResource>>,
  parameters: readonly string[],
): readonly string[] {
  const ordered = new Set<string>()

  const visit = (logicalId: string, path: readonly string[]): void => {
    if (ordered.has(logicalId)) return
    if (path.includes(logicalId)) {
      const circle = [...path.slice(path.indexOf(logicalId)), logicalId]
      throw new Error(`Circular dependency between resources: ${circle.join(' → ')}`)
    }
    const resource = resources[logicalId]
    if (!resource) throw new Error(`${path.at(-1)}: refers to ${logicalId}, which is not there`)
    for (const needed of [...resource.DependsOn, ...references(resource.Properties)]) {
      if (!parameters.includes(needed)) visit(needed, [...path, logicalId])
    }
    ordered.add(logicalId)
  }

  for (const logicalId of Object.keys(resources)) visit(logicalId, [])
  return [...ordered]
}

/** Every logical id or parameter that a value refers to; pseudo parameters are left out. */
function references(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(references)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value)
    .flatMap(([name, inner]) => {
      if (name === 'Ref' && typeof inner === 'string') return [inner]
      if (name === 'Fn::GetAtt') return [String(Array.isArray(inner) ? inner[0] : inner)]
      if (name === 'Fn::Sub') return substitutions(inner)
      return references(inner)
    })
    .map((reference) => reference.split('.')[0] ?? '')
    .filter((reference) => !reference.startsWith('AWS::'))
}

function substitutions(argument: unknown): readonly string[] {
  const [whole, variables = {}] = Array.isArray(argument) ? argument : [argument]
  const names = [...String(whole).matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name = '']) => name)
  return [...names.filter((name) => !Object.hasOwn(variables, name)), ...references(variables)]
}
