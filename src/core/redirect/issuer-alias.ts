/**
 * Whether an ID token may be of this issuer: the server's own, or one that the vendor's profile has for
 * it beside. In a profile's pattern `{issuer}` and `{fhir_base}` stand for these, and `*` for one path
 * segment; all else is compared as it is written.
 */
export function isAcceptedIssuer(
  iss: string,
  {
    issuer,
    fhirBaseUrl,
    aliases,
  }: {
    readonly issuer: string
    readonly fhirBaseUrl: string
    readonly aliases: readonly string[]
  },
): boolean {
  return (
    iss === issuer ||
    aliases.some((alias) => {
      const pattern = alias
        .replace('{issuer}', issuer.replace(/\/$/, ''))
        .replace('{fhir_base}', fhirBaseUrl.replace(/\/$/, ''))
      return new RegExp(`^${pattern.split('*').map(literally).join('[^/?#]+')}$`).test(iss)
    })
  )
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
