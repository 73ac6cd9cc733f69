import type { Node } from 'constructs'

/**
 * A setting of the CDK's context, or the deployment's where the context has none.
 *
 * @throws Error where both have one: which of them counts, nobody could see
 */
export function fromContext(node: Node, name: string, deployed: string | undefined): unknown {
  const given: unknown = node.tryGetContext(name)
  if (given === undefined) return deployed
  if (deployed === undefined) return given
  throw new Error(
    `${name} is in the CDK's context and in the deployment: take it out of the context.`,
  )
}
