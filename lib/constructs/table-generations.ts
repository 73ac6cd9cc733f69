import type { Node } from 'constructs'
import { fromContext } from '../deployments/from-context.ts'

/** Which generation of each table is in use: a next one is a new table, empty, beside the former. */
export interface TableGenerations {
  readonly launches: number
  readonly sessions: number
  readonly registry: number
}

/**
 * Reads the generations of the tables from the CDK's context, as `-c sessionsTable=2`, or those of the
 * deployment; the first of each where there are none.
 *
 * @throws Error for anything but a number: an empty table is not to be had by a slip
 */
export function tableGenerations(
  node: Node,
  deployed: Readonly<Partial<Record<keyof TableGenerations, number | undefined>>>,
): TableGenerations {
  const generation = (name: string, ofDeployment?: number) => {
    const given = fromContext(node, name, ofDeployment?.toString()) ?? '1'
    if (typeof given === 'string' && /^[1-9]\d*$/.test(given)) return Number(given)
    throw new Error(`${name} is the number of the table's generation, as 2.`)
  }
  return {
    launches: generation('launchesTable', deployed.launches),
    sessions: generation('sessionsTable', deployed.sessions),
    registry: generation('registryTable', deployed.registry),
  }
}
