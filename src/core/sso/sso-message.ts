import { BrokerError } from '#core/errors.ts'
import { LAUNCH_CONTEXT_PARAMETERS } from '#core/oauth/launch-context.ts'
import {
  isEhrConnection,
  type SignOnConnection,
  type SsoDestination,
} from '#core/registry/registry.ts'
import type { EpochSeconds } from '#core/time.ts'
import { compact } from './compact.ts'
import type { HandOver } from './hand-over.ts'

/** As the tokens of Redox live. */
const MESSAGE_LIFETIME_SECONDS = 900

export interface SsoMessageOptions {
  readonly publicBaseUrl: string
  readonly now: EpochSeconds
  /** Names the message: `Meta.Logs[].ID`, and the token's `jti`. */
  readonly messageId: string
  /** Names the sending of it. */
  readonly attemptId: string
}

/** Who signed on, twice: as a body in Redox's data model, and as the claims of a JWT. */
export interface SsoMessage {
  readonly body: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/**
 * Redox's `SSO / Sign-on` message. What is unknown is left out. What SMART knows and the data model
 * does not stands under `Extensions`; the SessionID is in the body only.
 *
 * @see [SSO data model](https://docs.redoxengine.com/data-models/SSO.html)
 */
export function ssoMessage(
  handOver: HandOver,
  connection: SignOnConnection,
  destination: SsoDestination,
  options: SsoMessageOptions,
): SsoMessage {
  const { user } = handOver
  const subject = user.subject || user.fhirUser
  if (!subject) throw new BrokerError('internal_error', { detail: { reason: 'subject_missing' } })

  const times = { issuedAt: options.now, expiresAt: options.now + MESSAGE_LIFETIME_SECONDS }
  return {
    body: compact({
      Meta: meta(handOver, connection, destination, options),
      Subject: subject,
      Expiration: isoTime(times.expiresAt),
      IssuedAt: isoTime(times.issuedAt),
      UserId: user.userId,
      Name: user.name,
      FirstName: user.firstName,
      LastName: user.lastName,
      MiddleName: user.middleName,
      EmailAddress: user.email,
      NPI: user.npi,
      ProviderSpecialty: user.specialty,
      TimeZone: user.timeZone,
      Locale: user.locale,
      PhoneNumber: { Office: user.phone },
      Patient: patient(handOver),
      Visit: {
        VisitNumber: visitNumber(handOver),
        Location: {
          Facility: handOver.visit?.facility,
          Department: handOver.visit?.department,
          Room: handOver.visit?.room,
        },
      },
      Order: { ID: handOver.order },
      Extensions: extensions(handOver),
    }),
    claims: compact({
      iss: connection.source.id,
      sub: subject,
      aud: destination.id,
      exp: times.expiresAt,
      iat: times.issuedAt,
      jti: options.messageId,
      name: user.name,
      given_name: user.firstName,
      family_name: user.lastName,
      middle_name: user.middleName,
      email: user.email,
      npi: user.npi,
      zoneinfo: user.timeZone,
      locale: user.locale,
      phone_number: user.phone,
      patient_ids: handOver.patient?.identifiers.map(({ id, idType }) => ({ id, id_type: idType })),
      visit_id: visitNumber(handOver),
      facility_id: handOver.visit?.facility,
      department_id: handOver.visit?.department,
    }),
  }
}

function meta(
  { session }: HandOver,
  connection: SignOnConnection,
  destination: SsoDestination,
  { publicBaseUrl, now, messageId, attemptId }: SsoMessageOptions,
) {
  const { source, organization, environment } = connection
  return {
    DataModel: 'SSO',
    EventType: 'Sign-on',
    EventDateTime: isoTime(now),
    Test: environment !== 'Production',
    Source: { ID: source.id, Name: source.name },
    ...(session &&
      isEhrConnection(connection) && {
        SessionID: session.id,
        SessionBaseURL: `${publicBaseUrl}/fhir/${connection.fhirVersion}/${organization}/${environment}`,
      }),
    Destinations: [{ ID: destination.id, Name: destination.name }],
    Logs: [{ ID: messageId, AttemptID: attemptId }],
  }
}

function patient({ patient }: HandOver) {
  return {
    Identifiers: patient?.identifiers.map(({ id, idType }) => ({ ID: id, IDType: idType })),
    Demographics: {
      FirstName: patient?.firstName,
      LastName: patient?.lastName,
      MiddleName: patient?.middleName,
      DOB: patient?.birthDate,
      Sex: patient?.sex,
      PhoneNumber: {
        Home: patient?.phone?.home,
        Office: patient?.phone?.office,
        Mobile: patient?.phone?.mobile,
      },
      Address: {
        StreetAddress: patient?.address?.street,
        City: patient?.address?.city,
        State: patient?.address?.state,
        ZIP: patient?.address?.zip,
        County: patient?.address?.county,
        Country: patient?.address?.country,
      },
    },
  }
}

/** The visit number, else the id of the Encounter. */
function visitNumber({ visit, encounter }: HandOver): string | undefined {
  return visit?.number ?? encounter
}

function extensions({ user, scopes, encounter, context, extras, session }: HandOver) {
  return {
    SessionEndsAt: session && isoTime(session.endsAt),
    FhirUser: user.fhirUser,
    Scope: scopes.join(' '),
    Encounter: encounter,
    TokenResponse: extras,
    ...Object.fromEntries(LAUNCH_CONTEXT_PARAMETERS.map((name) => [name, context[name]])),
  }
}

/** The data model's dates are ISO 8601, unlike the claims'. */
function isoTime(seconds: EpochSeconds): string {
  return new Date(seconds * 1000).toISOString()
}
