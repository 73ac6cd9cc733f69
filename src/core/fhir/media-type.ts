/** The type and subtype in lower case, without parameters: `application/fhir+json`. */
export function mediaTypeOf(value: string | undefined | null): string {
  return value?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** FHIR's JSON by its own name, by the old ones, and by the general one. */
export function isJson(mediaType: string): boolean {
  return mediaType === 'text/json' || /^application\/(?:[\w.-]+\+)?json(?:\+fhir)?$/.test(mediaType)
}

/** FHIR's XML by any of its names. */
export function isXml(mediaType: string): boolean {
  return mediaType === 'text/xml' || /^application\/(?:[\w.-]+\+)?xml(?:\+fhir)?$/.test(mediaType)
}

/** The `charset` that a content type names, if it is one that JSON is not sent in (RFC 8259 §8.1). */
export function foreignCharset(contentType: string): boolean {
  const charset = /;\s*charset\s*=\s*"?([\w.-]+)/i.exec(contentType)?.[1]?.toLowerCase()
  return charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset)
}
