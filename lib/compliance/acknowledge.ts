import { CfnResource, type Stack, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'
import { ACKNOWLEDGED } from './acknowledged.ts'

/** A rule as the validation report names it, and the resource whose finding is acknowledged. */
export interface AcknowledgedFinding {
  readonly rule: string
  /** From the app's root. */
  readonly path: string
  readonly reason: string
}

/** What {@link ACKNOWLEDGED} acknowledges in a stack, resource by resource. */
export function acknowledgedFindings(stack: Stack): readonly (AcknowledgedFinding & {
  readonly resource: IConstruct
})[] {
  return stack.node.findAll().flatMap((resource) => {
    if (!CfnResource.isCfnResource(resource)) return []
    const { path } = resource.node
    const below = path.slice(stack.node.path.length + 1)
    return ACKNOWLEDGED.filter(
      ({ type, only, where }) =>
        type === resource.cfnResourceType &&
        (only?.test(below) ?? true) &&
        (where?.(resource) ?? true),
    ).flatMap(({ rule, packs, reason }) =>
      packs.map((pack) => ({ rule: `${pack}-${rule}`, path, reason, resource })),
    )
  })
}

/** Tells cdk-nag of them. To be called when the stack is whole. */
export function acknowledge(stack: Stack): void {
  for (const { rule, reason, resource } of acknowledgedFindings(stack)) {
    Validations.of(resource).acknowledge({ id: rule, reason })
  }
}
