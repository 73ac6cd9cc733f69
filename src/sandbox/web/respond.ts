/** A 303, which every browser follows by GET. */
export function seeOther(
  location: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(undefined, {
    status: 303,
    headers: { location, 'cache-control': 'no-store', ...headers },
  })
}

/** A JSON answer that nobody keeps. */
export function json(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json(value, { status, headers: { 'cache-control': 'no-store', ...headers } })
}
