const OAUTH_URIS = 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris'

/** `url`s of the extension's parts, and the members of a metadata document that they are. */
const MEMBERS: Readonly<Record<string, string>> = {
  authorize: 'authorization_endpoint',
  token: 'token_endpoint',
  introspect: 'introspection_endpoint',
  manage: 'management_endpoint',
  revoke: 'revocation_endpoint',
}

interface Extension {
  readonly url?: unknown
  readonly valueUri?: unknown
  readonly extension?: unknown
}

/**
 * The endpoints in a CapabilityStatement (or a DSTU2 Conformance), as a metadata document would name
 * them. SMART before 2.0 had them nowhere else.
 *
 * @see [SMART App Launch 1.0, conformance](https://hl7.org/fhir/smart-app-launch/1.0.0/conformance/index.html)
 */
export function oauthUris(statement: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const parts = list(statement['rest'])
    .flatMap((rest) => list((rest as { readonly security?: Extension }).security?.extension))
    .filter((extension) => (extension as Extension).url === OAUTH_URIS)
    .flatMap((extension) => list((extension as Extension).extension))
  return Object.fromEntries(
    parts.flatMap((part) => {
      const { url, valueUri } = part as Extension
      const member = typeof url === 'string' ? MEMBERS[url] : undefined
      return member && typeof valueUri === 'string' ? [[member, valueUri]] : []
    }),
  )
}

function list(value: unknown): readonly object[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : []
}
