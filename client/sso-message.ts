/**
 * Redox's `SSO / Sign-on` data model as the broker sends it. What is unknown is left out.
 *
 * @see [SSO data model](https://docs.redoxengine.com/data-models/SSO.html)
 */
export interface SsoMessage {
  readonly Meta: {
    readonly DataModel: 'SSO'
    readonly EventType: 'Sign-on'
    readonly EventDateTime?: string
    /** `false` in Production only. */
    readonly Test?: boolean
    readonly Source?: { readonly ID?: string; readonly Name?: string }
    /** A credential: it stays on the app's server. */
    readonly SessionID: string
    /** FHIR base URL for as long as the session lives. */
    readonly SessionBaseURL: string
  }
  readonly Subject: string
  readonly UserId?: string
  readonly Name?: string
  readonly FirstName?: string
  readonly LastName?: string
  readonly EmailAddress?: string
  readonly NPI?: string
  readonly ProviderSpecialty?: string
  /** BCP 47. */
  readonly Locale?: string
  /** Absent when no patient was open. */
  readonly Patient?: {
    readonly Identifiers?: readonly { readonly ID?: string; readonly IDType?: string }[]
    readonly Demographics?: {
      readonly FirstName?: string
      readonly MiddleName?: string
      readonly LastName?: string
      readonly DOB?: string
      readonly Sex?: string
      readonly PhoneNumber?: {
        readonly Home?: string
        readonly Office?: string
        readonly Mobile?: string
      }
      readonly Address?: {
        readonly StreetAddress?: string
        readonly City?: string
        readonly State?: string
        readonly ZIP?: string
        readonly County?: string
        readonly Country?: string
      }
    }
  }
  readonly Visit?: {
    readonly VisitNumber?: string
    readonly Location?: {
      readonly Facility?: string
      readonly Department?: string
      readonly Room?: string
    }
  }
  readonly Order?: { readonly ID?: string }
  readonly Extensions?: {
    /** ISO 8601: the latest that the session can end. */
    readonly SessionEndsAt?: string
    readonly FhirUser?: string
    readonly Scope?: string
    readonly Encounter?: string
    /** `false` where the EHR shows the patient beside the app; else the app has to. */
    readonly need_patient_banner?: boolean
    /** What the person wants to do, in words that EHR and app agree on. */
    readonly intent?: string
  }
}

/** Whether a body has what every SSO message has. */
export function isSsoMessage(body: unknown): body is SsoMessage {
  if (!isRecord(body) || !isRecord(body['Meta']) || !isText(body['Subject'])) return false
  const { DataModel, EventType, SessionID, SessionBaseURL } = body['Meta']
  return (
    DataModel === 'SSO' && EventType === 'Sign-on' && isText(SessionID) && isText(SessionBaseURL)
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
