import { ClientError } from './client-error.ts'

/** The elements that paging looks at. */
export interface FhirBundle {
  readonly resourceType?: string
  readonly total?: number
  readonly entry?: readonly { readonly resource?: unknown; readonly fullUrl?: string }[]
  readonly link?: readonly { readonly relation?: string; readonly url?: string }[]
}

/** What may be said of a search beside its address: a form to post, headers, a signal. */
export interface PageOptions extends RequestInit {
  /** Stops after so many pages; all of them by default. */
  readonly maxPages?: number | undefined
}

/**
 * Reads a search page by page. A link that comes again would go on for ever, and ends it.
 *
 * @throws ClientError `answer_invalid`; what `json` throws
 */
export async function* pagesOf<T>(
  json: <Page>(path: string, init?: RequestInit) => Promise<Page>,
  search: string,
  {
    maxPages = Number.POSITIVE_INFINITY,
    init,
  }: { maxPages?: number | undefined; init: RequestInit },
): AsyncGenerator<T, void, undefined> {
  const seen = new Set<string>()
  let page = await json<FhirBundle>(search, init)
  for (let count = 1; ; count += 1) {
    yield page as T
    const next = page.link?.find(({ relation }) => relation === 'next')?.url
    if (next === undefined || count >= maxPages) return
    if (seen.has(next)) {
      throw new ClientError('answer_invalid', 'The pages of this search lead in a circle')
    }
    seen.add(next)
    const { headers, signal } = init
    page = await json<FhirBundle>(next, { ...(headers && { headers }), ...(signal && { signal }) })
  }
}
