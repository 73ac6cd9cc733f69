/**
 * Whether an ID token may be of this issuer: the server's own, or one that the vendor's profile has for
 * it beside. In a profile's pattern `{issuer}` and `{fhir_base}` stand for these, `{tenantid}` for the
 * token's own claim `tid`, and `*` for one path segment; all else is compared as it is written.
 *
 * @param tenant the token's `tid`; without one no pattern that wants it fits
 */
export function isAcceptedIssuer(
  iss: string,
  {
    issuer,
    fhirBaseUrl,
    aliases,
    tenant,
  }: {
    readonly issuer: string
    readonly fhirBaseUrl: string
    readonly aliases: readonly string[]
    readonly tenant?: unknown
  },
): boolean {
  const tenantId = typeof tenant === 'string' && /^[\w-]{1,64}$/.test(tenant) ? tenant : undefined
  return (
    iss === issuer ||
    aliases.some((alias) => {
      if (alias.includes('{tenantid}') && tenantId === undefined) return false
      const pattern = alias
        .replace('{issuer}', issuer.replace(/\/$/, ''))
        .replace('{fhir_base}', fhirBaseUrl.replace(/\/$/, ''))
        .replaceAll('{tenantid}', tenantId ?? '')
      return new RegExp(`^${pattern.split('*').map(literally).join('[^/?#]+')}$`).test(iss)
    })
  )
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
