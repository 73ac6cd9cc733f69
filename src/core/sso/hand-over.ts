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
}

/** What `redirect` gives to `sso`, sealed under the ticket. */
export interface HandOver {
  readonly sessionId: string
  readonly connection: string
  readonly app: string
  readonly launchId: string
  readonly user: SignedOnUser
  readonly patient?: PatientInContext
  readonly encounter?: string
  /** The rest of the launch context, by its wire names: `need_patient_banner`, `intent`, … */
  readonly context: Readonly<Record<string, unknown>>
  /** Members of the token response that no specification names. */
  readonly extras?: Readonly<Record<string, unknown>>
  readonly scopes: readonly string[]
  readonly sessionEndsAt: number
}
