import { type IGrantable, Role } from 'aws-cdk-lib/aws-iam'

/** The roles that a key was granted to, for its policy. */
export class KeyUsers {
  readonly #arns = new Set<string>()

  add({ grantPrincipal }: IGrantable): void {
    if (grantPrincipal instanceof Role) this.#arns.add(grantPrincipal.roleArn)
  }

  /** Their ARNs, each once. */
  get arns(): readonly string[] {
    return [...this.#arns]
  }
}
