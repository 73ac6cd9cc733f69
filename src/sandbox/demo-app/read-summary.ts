import { type BrokerClient, ClientError } from '#client/index.ts'
import { sentenceFor } from './read-observations.ts'
import type { SignOn } from './sign-on.ts'

/** What a section of Redox's data model has; of it the app shows a little. */
export type Section = readonly Readonly<Record<string, unknown>>[]

/** The members of a Clinical Summary that the app looks at. */
export interface Summary {
  readonly Meta: { readonly Errors?: readonly { readonly Text: string }[] }
  readonly Allergies?: Section
  readonly Problems?: Section
  readonly Medications?: Section
  readonly Immunizations?: Section
  readonly PlanOfCare?: { readonly Orders?: Section; readonly Encounters?: Section }
  readonly VitalSigns?: Section
  readonly Results?: Section
}

/** The patient's summary, or why it is not to be had, in a sentence for the clinician. */
export type SummaryReading = { readonly summary: Summary } | { readonly problem: string }

const QUERY = { DataModel: 'Clinical Summary', EventType: 'PatientQuery' }

/** Asks the broker's Data Model API for the patient's Clinical Summary, in the session. */
export async function readSummary(
  { sessionId, sessionBaseUrl, patient }: SignOn,
  broker: BrokerClient,
): Promise<SummaryReading> {
  if (!patient) return { problem: 'No patient was open when you started the app.' }
  const session = broker.session({ SessionID: sessionId, SessionBaseURL: sessionBaseUrl })
  try {
    const response = await fetch(`${broker.base}/endpoint`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await session.token()}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        Meta: QUERY,
        Patient: { Identifiers: [{ ID: patient.fhirId, IDType: 'FHIR' }] },
      }),
    })
    const answer: unknown = await response.json()
    if (!isSummary(answer)) return { problem: 'The summary could not be read.' }
    if (response.ok) return { summary: answer }
    return { problem: answer.Meta.Errors?.[0]?.Text ?? 'The summary could not be had.' }
  } catch (error) {
    if (error instanceof ClientError) return { problem: sentenceFor(error) }
    if (error instanceof SyntaxError || error instanceof TypeError) {
      return { problem: 'The summary could not be read. Try again in a moment.' }
    }
    throw error
  }
}

function isSummary(answer: unknown): answer is Summary {
  return typeof answer === 'object' && answer !== null && 'Meta' in answer
}
