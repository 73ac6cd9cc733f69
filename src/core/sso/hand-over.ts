import type { EpochSeconds } from '#core/time.ts'

/** Who signed on, as the SSO message tells the app. Absent is unknown; nothing is ever null. */
export interface SignedOnUser {
  /** Never empty: `sub` of the ID token, else the `fhirUser` reference. */
  readonly subject: string
  readonly userId?: string
  readonly name?: string
  readonly firstName?: string
  readonly lastName?: string
  readonly middleName?: string
  readonly email?: string
  readonly npi?: string
  readonly specialty?: string
  readonly phone?: string
  readonly timeZone?: string
  readonly locale?: string
  /** The `fhirUser` claim. */
  readonly fhirUser?: string
}

export interface PatientIdentifier {
  readonly id: string
  readonly idType: string
}

/** The patient in context, as far as the EHR let us read. */
export interface PatientInContext {
  readonly identifiers: readonly PatientIdentifier[]
  readonly firstName?: string
  readonly middleName?: string
  readonly lastName?: string
  /** YYYY-MM-DD */
  readonly birthDate?: string
  readonly sex?: string
  readonly phone?: {
    readonly home?: string
    readonly office?: string
    readonly mobile?: string
  }
  readonly address?: {
    readonly street?: string
    readonly city?: string
    readonly state?: string
    readonly zip?: string
    readonly county?: string
    readonly country?: string
  }
}

/** The visit that is open, in the EHR's own words. */
export interface VisitInContext {
  readonly number?: string
  readonly facility?: string
  readonly department?: string
  readonly room?: string
}

/** What a sign-on gives to `sso`, sealed under the ticket. */
export interface HandOver {
  /** Absent where there is no access to FHIR, and so no session. */
  readonly session?: { readonly id: string; readonly endsAt: EpochSeconds }
  readonly connection: string
  readonly app: string
  readonly launchId: string
  readonly user: SignedOnUser
  readonly patient?: PatientInContext
  /** Id of the Encounter at the FHIR base. */
  readonly encounter?: string
  readonly visit?: VisitInContext
  /** The order that is open. */
  readonly order?: string
  /** The rest of the launch context, by its wire names: `need_patient_banner`, `intent`, … */
  readonly context: Readonly<Record<string, unknown>>
  /** Members of the token response that no specification names. */
  readonly extras?: Readonly<Record<string, unknown>>
  readonly scopes: readonly string[]
}
