import type { ErrorRenderer } from './http-handler.ts'

/**
 * An error as OAuth callers read it. The description keeps to the characters that RFC 6749 allows in
 * it: printable ASCII without `"` and `\`.
 *
 * @see [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2)
 */
export const oauthError: ErrorRenderer = (error) => ({
  statusCode: error.status,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    pragma: 'no-cache',
    ...(error.retryAfterSeconds && { 'retry-after': String(error.retryAfterSeconds) }),
  },
  body: JSON.stringify({
    error: error.oauthError,
    error_description: error.message.replaceAll('’', "'").replace(/[^\x20-\x7e]|["\\]/g, ' '),
  }),
})
