import { jwtVerify } from 'jose'

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

/** The parts of Redox's `SSO / Sign-on` model that this app reads. */
interface SsoMessage {
  readonly Meta?: {
    readonly DataModel?: string
    readonly EventType?: string
    readonly SessionID?: string
    readonly SessionBaseURL?: string
  }
  readonly Subject?: string
  readonly Name?: string
  readonly NPI?: string
  readonly Patient?: {
    readonly Identifiers?: readonly { readonly ID?: string; readonly IDType?: string }[]
    readonly Demographics?: {
      readonly FirstName?: string
      readonly LastName?: string
      readonly DOB?: string
      readonly Sex?: string
    }
  }
  readonly Extensions?: { readonly SessionEndsAt?: string }
}

/**
 * Takes an SSO message: the JWT in the header proves that the broker sent it to us and just now, the
 * body says who signed on and on whom.
 */
export async function takeSignOn(
  request: Request,
  { ssoSecret, destinationId, brokerBase }: SignOnTrust,
): Promise<SignOn | Refusal> {
  const subject = await verifiedSubject(request, ssoSecret, destinationId)
  if (subject === undefined) return { status: 401, problem: 'The token is not valid here' }

  const message = await readMessage(request)
  const { SessionID: sessionId, SessionBaseURL: sessionBaseUrl } = message?.Meta ?? {}
  if (message?.Meta?.DataModel !== 'SSO' || message.Meta.EventType !== 'Sign-on') {
    return { status: 400, problem: 'This is not an SSO message' }
  }
  if (message.Subject !== subject) {
    return { status: 401, problem: 'Token and body are not about the same person' }
  }
  if (!sessionId || !sessionBaseUrl?.startsWith(`${brokerBase}/fhir/`)) {
    return { status: 400, problem: 'The message has no session that can be used' }
  }

  const endsAt = Date.parse(message.Extensions?.SessionEndsAt ?? '')
  return {
    sessionId,
    sessionBaseUrl,
    sessionEndsAtMs: Number.isNaN(endsAt) ? undefined : endsAt,
    user: { name: message.Name ?? subject, ...(message.NPI && { npi: message.NPI }) },
    patient: patientOf(message),
  }
}

async function verifiedSubject(
  request: Request,
  ssoSecret: string,
  audience: string,
): Promise<string | undefined> {
  const [, token = ''] = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(ssoSecret), {
      algorithms: ['HS256'],
      audience,
      requiredClaims: ['exp', 'sub'],
    })
    return payload.sub
  } catch {
    return undefined
  }
}

async function readMessage(request: Request): Promise<SsoMessage | undefined> {
  try {
    return (await request.json()) as SsoMessage
  } catch {
    return undefined
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
