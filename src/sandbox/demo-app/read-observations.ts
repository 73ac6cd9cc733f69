import type { Bundle, Observation, OperationOutcome } from '@medplum/fhirtypes'
import { type AppToken, ClientError } from '#client/index.ts'
import type { SignOn } from './sign-on.ts'

const PAGE_SIZE = 10
/** A chart longer than this is not one for a table. */
const MAX_PAGES = 20

/** The patient's observations, or why they are not to be had, in a sentence for the clinician. */
export type Reading =
  | { readonly observations: readonly Observation[] }
  | { readonly problem: string }

/** Searches the patient's observations through the broker, newest first, all pages. */
export async function readObservations(
  { sessionId, sessionBaseUrl, patient }: SignOn,
  token: AppToken,
): Promise<Reading> {
  if (!patient) return { problem: 'No patient was open when you started the app.' }

  const observations: Observation[] = []
  const first = `${sessionBaseUrl}/Observation/_search?_redox_session=${encodeURIComponent(sessionId)}`
  const form = new URLSearchParams({
    patient: patient.fhirId,
    _sort: '-date',
    _count: `${PAGE_SIZE}`,
  })
  try {
    let response = await request(first, { method: 'POST', body: form }, token)
    for (let page = 1; ; page += 1) {
      if (!response.ok) return { problem: await problemOf(response) }
      const { entry = [], link = [] } = (await response.json()) as Bundle<Observation>
      observations.push(...entry.flatMap(({ resource }) => resource ?? []))

      const next = link.find(({ relation }) => relation === 'next')?.url
      if (!next || page === MAX_PAGES) return { observations }
      if (!next.startsWith(`${sessionBaseUrl}/`)) {
        return { problem: 'The next page is at an address that this app does not trust.' }
      }
      response = await request(next, {}, token)
    }
  } catch (error) {
    const status = error instanceof ClientError ? error.status : undefined
    return {
      problem:
        status === undefined
          ? 'The EHR could not be reached. Try again in a moment.'
          : sentenceFor(status),
    }
  }
}

/** Sends with our token; once more with a new one, when the first is not taken. */
async function request(url: string, init: RequestInit, token: AppToken): Promise<Response> {
  const send = (bearer: string) =>
    fetch(url, {
      ...init,
      redirect: 'error',
      headers: { accept: 'application/fhir+json', authorization: `Bearer ${bearer}` },
    })
  const bearer = await token.get()
  const response = await send(bearer)
  return response.status === 401 ? send(await token.get({ refused: bearer })) : response
}

async function problemOf(response: Response): Promise<string> {
  const outcome = (await response.json().catch(() => undefined)) as OperationOutcome | undefined
  const isOver = outcome?.issue?.some(({ code }) => code === 'expired')
  return isOver
    ? 'Your session is over. Launch the app again from the EHR.'
    : sentenceFor(response.status, response.headers.get('retry-after') ?? '')
}

/** What a refusal means for the clinician, whether our token or the observations were refused. */
function sentenceFor(status: number, retryAfter = ''): string {
  if (status === 401) return 'The app’s own credential was not accepted. Contact its support.'
  if (status === 429) {
    // A date is as good an answer (RFC 9110 §10.2.3), and nothing to read out.
    const wait = /^\d+$/.test(retryAfter) ? `${retryAfter} s` : 'a minute'
    return `There were too many requests. Wait ${wait}, then reload.`
  }
  return `The EHR did not give the observations (status ${status}). Try again in a moment.`
}
