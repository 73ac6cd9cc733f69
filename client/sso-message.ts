interface SsoMeta {
  readonly DataModel: 'SSO'
  readonly EventType: 'Sign-on'
  readonly EventDateTime?: string
  /** `false` in Production only. */
  readonly Test?: boolean
  readonly Source?: { readonly ID?: string; readonly Name?: string }
}

interface SessionMeta extends SsoMeta {
  /** A credential: it stays on the app's server. */
  readonly SessionID: string
  /** FHIR base URL for as long as the session lives. */
  readonly SessionBaseURL: string
}

/** Of a connection that is for signing on only (`fhirAuthority` of `none`). */
interface SessionlessMeta extends SsoMeta {
  readonly SessionID?: never
  readonly SessionBaseURL?: never
}

/** A sign-on with a session, in which FHIR can be read. */
export interface SsoMessage extends SignOnMessage {
  readonly Meta: SessionMeta
}

/**
 * Redox's `SSO / Sign-on` data model as the broker sends it, with or without a session. What is
 * unknown is left out.
 *
 * @see [SSO data model](https://docs.redoxengine.com/data-models/SSO.html)
 */
export interface SignOnMessage {
  readonly Meta: SessionMeta | SessionlessMeta
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

/** Whether a body has what every SSO message has; of its session all or nothing. */
export function isSignOnMessage(body: unknown): body is SignOnMessage {
  if (!isRecord(body) || !isRecord(body['Meta']) || !isText(body['Subject'])) return false
  const { DataModel, EventType, SessionID, SessionBaseURL } = body['Meta']
  const isWhole = isText(SessionID) && isText(SessionBaseURL)
  const isSessionless = SessionID === undefined && SessionBaseURL === undefined
  return DataModel === 'SSO' && EventType === 'Sign-on' && (isWhole || isSessionless)
}

/** Whether a sign-on has a session. */
export function hasSession(message: SignOnMessage): message is SsoMessage {
  return message.Meta.SessionID !== undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
