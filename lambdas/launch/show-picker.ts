import type { EventLog } from '#core/event-log.ts'
import { matching, searchDirectory } from '#core/picker/search-directory.ts'
import type { DirectoryEntry } from '#core/registry/directory-entry.ts'
import type { Registry } from '#core/registry/registry.ts'
import type { HttpResponse } from '#http/http-handler.ts'
import { type HttpRequest, queryParameters } from '#http/http-request.ts'
import { LONGEST_SEARCH, type PickerChoice, pickerPage } from '#http/pages/picker-page.ts'

/** More of them are told by their number. */
const LOCATIONS_SHOWN = 3

export interface ShowPickerDeps {
  readonly registry: Registry
  readonly publicBaseUrl: string
  readonly log: EventLog
}

/**
 * An app's launch address that is opened with neither `iss` nor `launch`: has the person choose among
 * the connections that the registry lists. `undefined` where it lists none.
 */
export async function showPicker(
  key: string,
  request: HttpRequest,
  { registry, publicBaseUrl, log }: ShowPickerDeps,
): Promise<HttpResponse | undefined> {
  const startedAt = performance.now()
  const parameters = queryParameters(request)
  if (request.httpMethod !== 'GET' || parameters.has('iss') || parameters.has('launch')) {
    return undefined
  }
  const [app, directory] = await Promise.all([registry.findApp(key), registry.findDirectory(key)])
  if (!app || directory.length === 0) return undefined

  const search = (parameters.get('search') ?? '').trim().slice(0, LONGEST_SEARCH)
  const page = Math.trunc(Number(parameters.get('page'))) || 1
  const found = searchDirectory(directory, { text: search, page })
  const choices = await Promise.all(
    found.entries.map((entry) => choiceOf(entry, search, { registry, publicBaseUrl })),
  )
  log.info('picker_shown', { app: app.id, durationMs: Math.round(performance.now() - startedAt) })
  return pickerPage({
    ...found,
    appName: app.name,
    pickerUrl: `${publicBaseUrl}/launch/${app.id}`,
    search,
    choices,
  })
}

/** Every address of it is made here, of ids that the registry has. */
async function choiceOf(
  { connection, organization, name, note, locations = [], hasLogo, saml }: DirectoryEntry,
  search: string,
  { registry, publicBaseUrl }: Omit<ShowPickerDeps, 'log'>,
): Promise<PickerChoice> {
  const logo = hasLogo && (await registry.findLogo(organization))
  // Those that were looked for come first.
  const inOrder = [...new Set([...matching(locations, search), ...locations])]
  return {
    url: saml
      ? `${publicBaseUrl}/saml/${connection}/login`
      : `${publicBaseUrl}/launch/${connection}`,
    name,
    ...(note !== undefined && { note }),
    locations: inOrder.slice(0, LOCATIONS_SHOWN),
    moreLocations: Math.max(0, inOrder.length - LOCATIONS_SHOWN),
    ...(logo && { logo }),
  }
}
