import type { TokenGrant } from '#core/oauth/token-grant.ts'
import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'
import { fhirUserPath } from './fhir-user.ts'

/**
 * The patient in context, from the sources that the vendor's profile names, in that order: the token
 * response (or its access token), the `fhirUser` that is a Patient, the one Patient that can be found.
 *
 * @param findPatients ids of the Patients that the token lets us find
 */
export async function resolvePatient(
  grant: TokenGrant,
  fhirUser: string | undefined,
  { profile, fhirBaseUrl }: { readonly profile: VendorBehavior; readonly fhirBaseUrl: string },
  findPatients: () => Promise<readonly string[]>,
): Promise<string | undefined> {
  for (const source of profile.patientSources) {
    switch (source) {
      case 'fhir-user': {
        const user = fhirUserPath(fhirUser, fhirBaseUrl)
        if (user?.type === 'Patient') return user.id
        break
      }
      case 'search': {
        const [only, another] = await findPatients()
        if (only !== undefined && another === undefined) return only
        break
      }
      default:
        if (grant.patient !== undefined) return grant.patient
    }
  }
  return undefined
}
