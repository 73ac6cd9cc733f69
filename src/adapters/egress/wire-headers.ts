/** Ours to say, or about one connection only: never a caller's (RFC 9110 §7.6.1). */
const NOT_FROM_CALLERS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * The header fields of the request as sent; Node adds `host`, from the URL. No content coding is
 * asked for, unless the answer's content is left as it comes: then it is the caller's to say.
 *
 * @param headers by their names in lower case
 */
export function wireHeaders(
  headers: Readonly<Record<string, string>>,
  {
    body,
    isOpaque = false,
  }: { readonly body?: Uint8Array | undefined; readonly isOpaque?: boolean },
): Record<string, string> {
  const sent: Record<string, string> = {}
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (value !== undefined && !NOT_FROM_CALLERS.has(name)) sent[name] = value
  }
  sent['accept-encoding'] = (isOpaque && headers['accept-encoding']) || 'identity'
  if (body) sent['content-length'] = String(body.byteLength)
  return sent
}
