import { ClientError, type SsoMessage, verifySsoMessage } from '#client/index.ts'

/** What the app keeps of an SSO message, on its server only. */
export interface SignOn {
  readonly sessionId: string
  /** FHIR base URL for as long as the session lives. */
  readonly sessionBaseUrl: string
  /** Epoch milliseconds; `undefined` where the message does not say. */
  readonly sessionEndsAtMs: number | undefined
  readonly user: { readonly name: string; readonly npi?: string }
  /** `undefined` when no patient was open. */
  readonly patient: PatientInContext | undefined
  /** The EHR shows the patient beside us, so that our banner would be a second one. */
  readonly isPatientShownByEhr: boolean
}

export interface PatientInContext {
  readonly fhirId: string
  readonly name: string
  readonly birthDate?: string
  readonly sex?: string
  readonly medicalRecordNumber?: string
}

/** Why a message was not taken. */
export interface Refusal {
  readonly status: 400 | 401
  readonly problem: string
}

export interface SignOnTrust {
  /** Shared with the broker; its UTF-8 bytes are the HS256 key. */
  readonly ssoSecret: string
  /** Our destination's id, which the broker puts in `aud`. */
  readonly destinationId: string
  /** The only place that our token and a SessionID are ever sent to. */
  readonly brokerBase: string
}

/** Takes an SSO message, if the broker sent it to us and its session is one of the broker's. */
export async function takeSignOn(
  request: Request,
  { ssoSecret, destinationId, brokerBase }: SignOnTrust,
): Promise<SignOn | Refusal> {
  try {
    const { message } = await verifySsoMessage(request, {
      secret: ssoSecret,
      audience: destinationId,
    })
    return message.Meta.SessionBaseURL.startsWith(`${brokerBase}/fhir/`)
      ? signOnOf(message)
      : { status: 400, problem: 'The message has no session that can be used' }
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    return { status: error.code === 'message_invalid' ? 400 : 401, problem: error.message }
  }
}

function signOnOf(message: SsoMessage): SignOn {
  const { Meta: meta, Subject: subject, Name: name = subject, NPI: npi, Extensions } = message
  const endsAt = Date.parse(Extensions?.SessionEndsAt ?? '')
  return {
    sessionId: meta.SessionID,
    sessionBaseUrl: meta.SessionBaseURL,
    sessionEndsAtMs: Number.isNaN(endsAt) ? undefined : endsAt,
    user: { name, ...(npi && { npi }) },
    patient: patientOf(message),
    isPatientShownByEhr: Extensions?.need_patient_banner === false,
  }
}

function patientOf({ Patient: patient }: SsoMessage): PatientInContext | undefined {
  const identifier = (type: string) =>
    patient?.Identifiers?.find(({ IDType }) => IDType === type)?.ID
  const fhirId = identifier('FHIR')
  if (!fhirId) return undefined

  const { FirstName, LastName, DOB, Sex } = patient?.Demographics ?? {}
  const medicalRecordNumber = identifier('MR')
  return {
    fhirId,
    name: [FirstName, LastName].filter(Boolean).join(' ') || 'Unnamed patient',
    ...(DOB && { birthDate: DOB }),
    ...(Sex && { sex: Sex }),
    ...(medicalRecordNumber && { medicalRecordNumber }),
  }
}
