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

/** The header fields of the request as sent; Node adds `host`, from the URL. */
export function wireHeaders(headers: Headers, body: Uint8Array | undefined) {
  const sent = new Headers(headers)
  for (const name of NOT_FROM_CALLERS) sent.delete(name)
  sent.set('accept-encoding', 'identity')
  if (body) sent.set('content-length', String(body.byteLength))
  return Object.fromEntries(sent)
}
