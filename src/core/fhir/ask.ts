import type { Permission } from '#core/app-token/app-scope.ts'
import type { Interaction, InteractionCode } from './interactions.ts'

/** One thing that is asked of the EHR: a request, or an entry of a batch. */
export interface Ask {
  readonly interaction: Interaction
  readonly method: string
  /** Of the address, of a form, and of the condition of a create. */
  readonly parameters: URLSearchParams
  /** Of a search by POST, for which a server may overlook what the address says. */
  readonly form?: URLSearchParams
  /** The type that the search of a page had to be in scope for; `*` for any. */
  readonly pageOf?: string
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

/**
 * Parameters that bring in, or ask about, resources of other types than the one in the path; a filter
 * and a named query may.
 */
const ACROSS_TYPES = /^(?:_include|_revinclude|_has|_filter|_query)(?:$|:)|\./

/** Whether an ask may change anything at the EHR. */
export function isChange({ interaction, method }: Ask): boolean {
  const { code, operation } = interaction
  if (code === 'operation')
    return method === 'POST' && !READING_OPERATIONS.includes(operation ?? '')
  return ['create', 'update', 'patch', 'delete', 'batch'].includes(code)
}

/** Whether a search, or the condition of a write, reaches beyond the resource type in its path. */
export function isAcrossTypes({ interaction, parameters, pageOf }: Ask): boolean {
  const isByCriteria = interaction.code === 'search' || interaction.isConditional
  // What else stands in the link to a page is not looked at.
  if (!isByCriteria || pageOf !== undefined) return false
  return [...parameters.keys()].some((name) => ACROSS_TYPES.test(name))
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
  const permissions = PERMISSIONS[code]
  return {
    type: ask.pageOf ?? (isAcrossTypes(ask) ? '*' : type),
    permissions: isConditional ? [...permissions, 's'] : permissions,
  }
}
