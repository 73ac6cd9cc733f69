/** Members that some servers send as `null`, `""` or a list where they mean to leave them out. */
const OPTIONAL_MEMBERS = ['refresh_token', 'id_token', 'scope', 'expires_in'] as const

/**
 * A token endpoint's answer without the members that say nothing, so that `oauth4webapi`, which
 * takes them at their word, accepts it. A body that is not a JSON object is left as it is, for the
 * library to refuse.
 */
export async function cleanTokenResponse(response: Response): Promise<Response> {
  const text = await response.text()
  const { status, headers } = response

  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return new Response(text, { status, headers })
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return new Response(text, { status, headers })
  }

  const members = body as Record<string, unknown>
  const kept = Object.entries(members).filter(
    ([name, value]) =>
      !OPTIONAL_MEMBERS.some((optional) => optional === name) ||
      (value !== null && value !== '' && !Array.isArray(value)),
  )
  return new Response(JSON.stringify(Object.fromEntries(kept)), { status, headers })
}
