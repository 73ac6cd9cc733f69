/** Ours to say, or about one connection only: never a caller's (RFC 9110 §7.6.1). */
const NOT_FROM_CALLERS = [
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
]

/**
 * The header fields of the request as sent; Node adds `host`, from the URL. No content coding is
 * asked for, unless the answer's content is left as it comes: then it is the caller's to say.
 */
export function wireHeaders(
  headers: Headers,
  {
    body,
    isOpaque = false,
  }: { readonly body?: Uint8Array | undefined; readonly isOpaque?: boolean },
) {
  const sent = new Headers(headers)
  const accepted = isOpaque ? headers.get('accept-encoding') : null
  for (const name of NOT_FROM_CALLERS) sent.delete(name)
  sent.set('accept-encoding', accepted ?? 'identity')
  if (body) sent.set('content-length', String(body.byteLength))
  return Object.fromEntries(sent)
}
