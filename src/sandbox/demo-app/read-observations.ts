import type { Bundle, Observation } from '@medplum/fhirtypes'
import {
  type BrokerClient,
  ClientError,
  EhrDownError,
  LaunchAgainError,
  SessionOverError,
} from '#client/index.ts'
import type { SignOn } from './sign-on.ts'

const PAGE_SIZE = 10
/** A chart longer than this is not one for a table. */
const MAX_PAGES = 20

/** Why something is not to be had, in a sentence for the clinician. */
export interface Problem {
  readonly problem: string
  /** Nothing but a new launch helps. */
  readonly isVain?: true
  /** The session has ended. */
  readonly isOver?: true
}

/** The patient's observations, or why they are not to be had. */
export type Reading = { readonly observations: readonly Observation[] } | Problem

/** Searches the patient's observations through the broker, newest first, all pages. */
export async function readObservations(
  { sessionId, sessionBaseUrl, patient }: SignOn,
  broker: BrokerClient,
): Promise<Reading> {
  if (!patient) {
    const problem =
      'No patient was open when you started the app. Open one in the EHR, and launch it from there.'
    return { problem, isVain: true }
  }

  const body = new URLSearchParams({
    patient: patient.fhirId,
    _sort: '-date',
    _count: `${PAGE_SIZE}`,
  })
  const observations: Observation[] = []
  try {
    const session = broker.session({ SessionID: sessionId, SessionBaseURL: sessionBaseUrl })
    const pages = session
      .expectPatient(patient.fhirId)
      .pages<Bundle<Observation>>('Observation/_search', {
        method: 'POST',
        body,
        maxPages: MAX_PAGES,
      })
    for await (const { entry = [] } of pages) {
      observations.push(...entry.flatMap(({ resource }) => resource ?? []))
    }
    return { observations }
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    return problemOf(error)
  }
}

function problemOf(error: ClientError): Problem {
  return {
    problem: sentenceFor(error),
    ...(error instanceof LaunchAgainError && { isVain: true }),
    ...(error instanceof SessionOverError && { isOver: true }),
  }
}

/** What an error of the client package means for the clinician. */
export function sentenceFor(error: ClientError): string {
  if (error instanceof LaunchAgainError || error instanceof EhrDownError) return error.message
  const { code, status, retryAfterSeconds } = error
  if (status === 401) return 'The app’s own credential was not accepted. Contact its support.'
  if (status === 429) {
    const wait = retryAfterSeconds === undefined ? 'a minute' : `${retryAfterSeconds} s`
    return `There were too many requests. Wait ${wait}, then reload.`
  }
  if (code === 'address_foreign') {
    return 'The next page is at an address that this app does not trust.'
  }
  if (code === 'answer_invalid') return 'The EHR’s answer could not be read. Try again in a moment.'
  return status === undefined
    ? 'The EHR could not be reached. Try again in a moment.'
    : `The EHR did not give the observations (status ${status}). Try again in a moment.`
}
