import type { IamRules } from './iam-rules.ts'

/** One action that one statement of a caller's own policies allows. */
export interface Grant {
  /** The logical id of whoever is allowed: a function, say. */
  readonly caller: string
  /** The policy's logical id with the statement's `Sid`, or its place from 0. */
  readonly statement: string
  readonly action: string
}

/** All that the template grants to the roles of its functions, action by action. */
export function grantsOf({ identities }: IamRules): readonly Grant[] {
  return [...identities].flatMap(([caller, { statements }]) =>
    statements
      .filter(({ effect }) => effect === 'Allow')
      .flatMap(({ id, actions }) => actions.map((action) => ({ caller, statement: id, action }))),
  )
}
