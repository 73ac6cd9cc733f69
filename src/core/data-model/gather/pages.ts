import type { Json } from '#core/data-model/mapping/json.ts'
import type { BrokerError } from '#core/errors.ts'
import type { FhirApi, Page } from './fhir-api.ts'
import { sectionFailure } from './section-failure.ts'

interface Limits {
  /** Which resources count; all by default. */
  readonly keep?: (resource: Json) => boolean
  /** So many are enough. More are left, and said to be. */
  readonly most: number
  readonly mostPages?: number
}

/** The resources that all pages of a search had, each once. */
export interface Paged {
  readonly resources: readonly Json[]
  /** Why there are no more: a limit was met, or a page could not be had. */
  readonly failure?: 'limit' | BrokerError
}

/** Searches for resources of a type, page after page. @throws BrokerError as `sectionFailure` does */
export async function allPages(
  type: string,
  asked: URLSearchParams,
  api: Pick<FhirApi, 'search' | 'follow'>,
  { keep = () => true, most, mostPages = Number.POSITIVE_INFINITY }: Limits,
): Promise<Paged> {
  const resources: Json[] = []
  const seen = new Set<unknown>()
  try {
    let pages = 0
    for await (const page of pagesOf(type, asked, api)) {
      let isNew = false
      for (const resource of page.resources) {
        const { resourceType, id } = resource
        if (resourceType !== type || (id !== undefined && seen.has(id))) continue
        seen.add(id)
        isNew = true
        if (keep(resource)) resources.push(resource)
      }
      pages += 1
      // A server whose pages lead in a circle would never end.
      const isEnough = !isNew || resources.length >= most || pages >= mostPages
      if (resources.length > most || (page.next !== undefined && isEnough)) {
        return { resources: resources.slice(0, most), failure: 'limit' }
      }
    }
    return { resources }
  } catch (error) {
    return { resources, failure: sectionFailure(error) }
  }
}

/** The pages of a search, each asked for when the one before was used up. Throws as the API does. */
export async function* pagesOf(
  type: string,
  asked: URLSearchParams,
  api: Pick<FhirApi, 'search' | 'follow'>,
): AsyncGenerator<Page, void, undefined> {
  let page = await api.search(type, asked)
  for (;;) {
    yield page
    if (page.next === undefined) return
    page = await api.follow(page)
  }
}
