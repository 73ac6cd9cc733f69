const RESOURCE = /^(patient|user|system)\/([A-Za-z*]+)\.([a-z*]+)(\?.*)?$/

/** Version 1's words in version 2's letters. */
const LETTERS: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

/**
 * Whether granted scopes give what one that was asked for means, in either version of SMART's grammar
 * (SM-27): the letters of several may add up, and a filter narrows a scope, so that it covers only the
 * same one.
 *
 * @see [SMART App Launch 2.2, scopes](https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html)
 */
export function covers(granted: readonly string[], asked: string): boolean {
  if (granted.includes(asked)) return true
  const wanted = meaningOf(asked)
  if (!wanted) return false
  const letters = granted
    .flatMap((scope) => meaningOf(scope) ?? [])
    .filter(
      ({ context, type, filter }) =>
        context === wanted.context &&
        (type === '*' || type === wanted.type) &&
        (filter === undefined || filter === wanted.filter),
    )
    .flatMap((scope) => [...scope.letters])
  return [...wanted.letters].every((letter) => letters.includes(letter))
}

function meaningOf(scope: string) {
  const [, context, type, permissions = '', filter] = RESOURCE.exec(scope) ?? []
  if (!context) return undefined
  return { context, type, letters: LETTERS[permissions] ?? permissions, filter }
}
