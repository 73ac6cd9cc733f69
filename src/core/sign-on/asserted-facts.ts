import { BrokerError } from '#core/errors.ts'
import type { SignOnMapping } from '#core/registry/sign-on-scheme.ts'
import { compact } from '#core/sso/compact.ts'
import type { PatientInContext, SignedOnUser, VisitInContext } from '#core/sso/hand-over.ts'

/** Who signed on and what is open, as a SAML assertion or a signed link says. */
export interface AssertedFacts {
  readonly user: SignedOnUser
  readonly patient?: PatientInContext
  /** Id of the Patient at the FHIR base. */
  readonly patientId?: string
  /** Id of the Encounter at the FHIR base. */
  readonly encounter?: string
  readonly visit?: VisitInContext
  readonly order?: string
}

/**
 * Reads what was asserted by the connection's mapping. Only what is mapped is looked at.
 *
 * @param said the one value under a name of the sender's; `undefined` where there is none
 * @throws BrokerError `identity_unknown` without a subject
 */
export function assertedFacts(
  { user, patient = {}, encounter, visit = {}, order }: SignOnMapping,
  said: (name: string) => string | undefined,
): AssertedFacts {
  const read = (name: string | undefined) =>
    (name === undefined ? undefined : said(name)?.trim()) || undefined
  const all = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(names).map(([field, name]) => [field, read(name)]))

  const subject = read(user.subject)
  if (subject === undefined) {
    throw new BrokerError('identity_unknown', { detail: { reason: 'no_subject' } })
  }
  const { fhirId, identifiers = [], ...demographics } = patient
  const patientId = read(fhirId)
  return compact({
    user: { ...all(user), subject },
    patient: withIdentifiers(
      [
        { id: patientId, idType: 'FHIR' },
        ...identifiers.map(({ from, idType }) => ({ id: read(from), idType })),
      ],
      all(demographics),
    ),
    patientId,
    encounter: read(encounter),
    visit: all(visit),
    order: read(order),
  }) as unknown as AssertedFacts
}

/** A patient of whom nothing is known but what an identifier would be called is none. */
function withIdentifiers(
  identifiers: readonly { readonly id: string | undefined; readonly idType: string }[],
  demographics: Readonly<Record<string, string | undefined>>,
) {
  const known = identifiers.filter(({ id }) => id !== undefined)
  const isKnown = known.length > 0 || Object.values(demographics).some(Boolean)
  return isKnown ? { identifiers: known, ...demographics } : undefined
}
