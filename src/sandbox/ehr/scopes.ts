import { RESOURCE_TYPES } from './fhir/resource-types.ts'

/** Create, read, update, delete, search. */
export type Permission = 'c' | 'r' | 'u' | 'd' | 's'

/** Scopes of identity and launch, with what the consent page calls them. */
const NAMED_SCOPES: Readonly<Record<string, string>> = {
  openid: 'Know that you signed on',
  fhirUser: 'Know who you are',
  profile: 'Know your name',
  launch: 'Know which patient and visit are open',
  'launch/patient': 'Know which patient is open',
  'launch/encounter': 'Know which visit is open',
  online_access: 'Stay connected while you are signed on',
  offline_access: 'Stay connected after you close it',
}

/** SMART v1's words for v2's letters. */
const V1_PERMISSIONS: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

const VERBS: Readonly<Record<Permission, string>> = {
  c: 'create',
  r: 'read',
  u: 'change',
  d: 'delete',
  s: 'search',
}

/** Every scope that can be granted; what is asked for beyond them is left out of the grant. */
export const SUPPORTED_SCOPES: readonly string[] = [
  ...Object.keys(NAMED_SCOPES),
  ...['patient', 'user'].flatMap((context) =>
    ['*', ...Object.keys(RESOURCE_TYPES)].flatMap((type) =>
      [...subsets('cruds'), ...Object.keys(V1_PERMISSIONS)].map(
        (suffix) => `${context}/${type}.${suffix}`,
      ),
    ),
  ),
]

/** What discovery names: the hundreds of combinations would say nothing more. */
export const ADVERTISED_SCOPES: readonly string[] = [
  ...Object.keys(NAMED_SCOPES),
  'patient/*.cruds',
  'user/*.cruds',
]

/**
 * How far a grant lets a permission on a type go: to the launch's patient, to all that the user may
 * see, or (`undefined`) nowhere.
 *
 * @see [SMART App Launch 2.2, scopes](https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html)
 */
export function reach(
  scopes: Iterable<string>,
  type: string,
  permission: Permission,
): 'user' | 'patient' | undefined {
  const contexts = new Set(
    [...scopes].flatMap((scope) => {
      const parsed = parseResourceScope(scope)
      const matches =
        parsed &&
        (parsed.type === '*' || parsed.type === type) &&
        parsed.permissions.includes(permission)
      return matches ? [parsed.context] : []
    }),
  )
  if (contexts.has('user')) return 'user'
  return contexts.has('patient') ? 'patient' : undefined
}

/** A scope in words that a clinician reads on the consent page. */
export function describeScope(scope: string): string {
  const parsed = parseResourceScope(scope)
  if (!parsed) return NAMED_SCOPES[scope] ?? scope
  const verbs = [...parsed.permissions].map((letter) => VERBS[letter as Permission])
  const what = parsed.type === '*' ? 'all records' : `${parsed.type} records`
  const whose = parsed.context === 'patient' ? 'of this patient' : 'that you may see'
  return `${capitalize(listed(verbs))} ${what} ${whose}`
}

function parseResourceScope(scope: string) {
  const [, context, type, suffix] = /^(patient|user)\/(\*|\w+)\.(\*|\w+)$/.exec(scope) ?? []
  if (!context || !type || !suffix) return undefined
  return { context, type, permissions: V1_PERMISSIONS[suffix] ?? suffix }
}

/** The non-empty subsets of letters, each in the letters' order. */
function subsets(letters: string): readonly string[] {
  const [first, ...rest] = letters
  if (first === undefined) return []
  const others = subsets(rest.join(''))
  return [first, ...others.map((subset) => first + subset), ...others]
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
