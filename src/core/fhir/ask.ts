import type { Permission } from '#core/app-token/app-scope.ts'
import type { Interaction, InteractionCode } from './interactions.ts'

/** One thing that is asked of the EHR: a request, or an entry of a batch. */
export interface Ask {
  readonly interaction: Interaction
  readonly method: string
  /** Of the address and of a form. */
  readonly parameters: URLSearchParams
  /** Where it stands in a batch, for the words of a refusal. */
  readonly entry?: number
  /** What is written, in JSON; `undefined` for anything else. */
  readonly resource: () => unknown
}

/** What an ask takes, in the words of scopes. */
export interface Need {
  /** The resource type; `*` for what may answer with any. */
  readonly type: string
  readonly permissions: readonly Permission[]
}

/** Operations that change nothing, by POST too, with what they are asked in the body. */
const READING_OPERATIONS: readonly string[] = [
  '$docref',
  '$document',
  '$everything',
  '$expand',
  '$find-matches',
  '$lastn',
  '$lookup',
  '$match',
  '$meta',
  '$stats',
  '$subsumes',
  '$summary',
  '$translate',
  '$validate',
  '$validate-code',
]

const PERMISSIONS: Readonly<Record<InteractionCode, readonly Permission[]>> = {
  read: ['r'],
  vread: ['r'],
  history: ['r', 's'],
  search: ['s'],
  create: ['c'],
  update: ['u'],
  patch: ['u'],
  delete: ['d'],
  // Its entries are asked each for itself.
  batch: [],
  operation: ['c', 'r', 'u', 'd', 's'],
  capabilities: [],
  job: ['r'],
}

/** Parameters that bring in, or ask about, resources of other types than the one in the path. */
const ACROSS_TYPES = /^(?:_include|_revinclude|_has)(?:$|:)|\./

/** Whether an ask may change anything at the EHR. */
export function isChange({ interaction, method }: Ask): boolean {
  const { code, operation } = interaction
  if (code === 'operation')
    return method === 'POST' && !READING_OPERATIONS.includes(operation ?? '')
  return ['create', 'update', 'patch', 'delete', 'batch'].includes(code)
}

/**
 * What an ask takes. A write with a condition is a search too, as its answer tells what was found; an
 * operation may answer with anything, and one that may change something with any change.
 */
export function needOf(ask: Ask): Need {
  const { code, type = '*', isConditional } = ask.interaction
  if (code === 'operation') {
    return { type: '*', permissions: isChange(ask) ? PERMISSIONS.operation : ['r', 's'] }
  }
  const isAcross =
    code === 'search' && [...ask.parameters.keys()].some((name) => ACROSS_TYPES.test(name))
  const permissions = PERMISSIONS[code]
  return {
    type: isAcross ? '*' : type,
    permissions: isConditional ? [...permissions, 's'] : permissions,
  }
}
