/**
 * A profile's headers or query parameters with members of the token response put in for `{name}`. One
 * whose member is missing is left out: half a value would name something else.
 */
export function withMembers(
  templates: Readonly<Record<string, string>>,
  members: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(templates).flatMap(([name, template]) => {
      const names = placeholders(template)
      const isWhole = names.every((one) => isText(members[one]))
      return isWhole
        ? [[name, template.replaceAll(PLACEHOLDER, (_, one: string) => String(members[one]))]]
        : []
    }),
  )
}

/** The members that a profile's templates want, to be kept with a session's tokens. */
export function wantedMembers(
  {
    fhirHeaders,
    fhirQuery,
  }: {
    readonly fhirHeaders: Readonly<Record<string, string>>
    readonly fhirQuery: Readonly<Record<string, string>>
  },
  members: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const names = [...Object.values(fhirHeaders), ...Object.values(fhirQuery)].flatMap(placeholders)
  return Object.fromEntries(
    names.flatMap((name) => (isText(members[name]) ? [[name, String(members[name])]] : [])),
  )
}

const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g

function placeholders(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].flatMap(([, name]) => name ?? [])
}

/** Fit for a header and a query: printable ASCII. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21-\x7e]{1,256}$/.test(value)
}
