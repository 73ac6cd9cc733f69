/**
 * The address as API Gateway takes it. A raw `|`, `{` or `}` in a query is refused there, and a raw
 * `;` splits it in two; browsers and `fetch` send all four as they are.
 *
 * @see [Amazon API Gateway, important notes](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html)
 */
export function safeUrl(url: string | URL, base?: string | URL): URL {
  const safe = new URL(url, base)
  safe.search = encoded(safe.search)
  safe.pathname = encoded(safe.pathname)
  return safe
}

function encoded(text: string): string {
  return text.replace(/[|{};]/g, encodeURIComponent)
}
