/**
 * Whether a checked JWT may be an ID token by its `typ`: `JWT` or none. A server signs tokens of
 * other kinds with the same key, and says so here (`at+jwt`, `logout+jwt`).
 *
 * @see [RFC 8725 §3.11](https://www.rfc-editor.org/rfc/rfc8725.html#section-3.11)
 */
export function isIdTokenType(jwt: string | undefined): boolean {
  if (jwt === undefined) return true
  const header: unknown = JSON.parse(
    Buffer.from(jwt.split('.', 1)[0] ?? '', 'base64url').toString('utf8'),
  )
  if (typeof header !== 'object' || header === null || !('typ' in header)) return true
  return typeof header.typ === 'string' && /^(application\/)?jwt$/i.test(header.typ)
}
