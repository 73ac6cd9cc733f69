import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VENDORS, type VendorId } from '#core/vendors/index.ts'
import { givenVendors } from './given-vendors.ts'

/** What must come of a launch at a vendor's server, whose registry entry is the sandbox's own. */
interface Row {
  /** The patient that the app must be told of; somebody, where it is only known that there is one. */
  readonly patient?: string
  readonly fhirUser?: RegExp
  /** No refresh token is issued: the session ends with its access token. */
  readonly ends?: boolean
  /** The person comes without the EHR. */
  readonly standalone?: boolean
}

const SOMEBODY = ''
const launched: Row = { patient: 'rosa-delgado', fhirUser: /\/Practitioner\/helen-brandt$/ }

const ROWS: Readonly<Record<VendorId, Row>> = {
  smart: launched,
  oidc: { standalone: true },
  oauth2: { standalone: true },
  epic: launched,
  'oracle-health': launched,
  athenahealth: launched,
  'athena-flex': launched,
  meditech: launched,
  eclinicalworks: { standalone: true, patient: SOMEBODY, fhirUser: /\/Patient\// },
  nextgen: launched,
  'nextgen-office': launched,
  veradigm: launched,
  'veradigm-dstu2': { patient: 'rosa-delgado', ends: true },
  modmed: launched,
  canvas: launched,
  elation: launched,
  medplum: launched,
  openemr: launched,
  '1uphealth': launched,
  'azure-health-data': launched,
  'google-healthcare': launched,
  'aws-healthlake': launched,
  'cms-bluebutton': { standalone: true, patient: SOMEBODY },
  'va-lighthouse': { standalone: true, patient: SOMEBODY },
  aetna: { patient: 'rosa-delgado', ends: true },
  'smart-launcher': launched,
  keycloak: { standalone: true, patient: SOMEBODY },
  okta: { standalone: true, patient: SOMEBODY },
  auth0: { standalone: true },
  entra: { standalone: true },
  google: { standalone: true },
}

let given: Awaited<ReturnType<typeof givenVendors>>
beforeAll(async () => {
  given = await givenVendors(Object.keys(ROWS))
})
afterAll(() => given.close())

describe('a server in the guise of each vendor', () => {
  it('is there for every profile', () => {
    expect(Object.keys(ROWS).sort()).toEqual(VENDORS.map(({ id }) => id).sort())
  })

  it.each(Object.entries(ROWS))(
    '%s: a launch, a FHIR read, and a read with a renewed token',
    async (vendor, row) => {
      const { ends, standalone = false, patient, fhirUser } = row
      const { Meta, Patient, Extensions, Subject } = (await given.signOn(vendor, {
        standalone,
      })) as Awaited<ReturnType<typeof given.signOn>> & {
        readonly Subject: string
        readonly Patient?: {
          readonly Identifiers: readonly { readonly ID: string; readonly IDType: string }[]
        }
        readonly Extensions: { readonly FhirUser?: string }
      }

      expect(Subject).not.toBe('')
      const id = Patient?.Identifiers.find(({ IDType }) => IDType === 'FHIR')?.ID
      if (patient === undefined) expect(id).toBeUndefined()
      else expect(id).toMatch(patient ? new RegExp(`^${patient}$`) : /^[a-z-]+$/)
      if (fhirUser) expect(Extensions.FhirUser).toMatch(fhirUser)

      const path = id === undefined ? 'Practitioner/helen-brandt' : `Patient/${id}`
      const first = await given.read(vendor, path, Meta.SessionID)
      expect([first.status, await first.json()]).toMatchObject([200, { id: path.split('/')[1] }])

      given.ehrOf(vendor).endAccessTokens()
      const second = await given.read(vendor, path, Meta.SessionID)
      expect(second.status).toBe(ends ? 403 : 200)
    },
  )

  it('comes with what its token response had beside: the app is told, nothing fails (SM-53)', async () => {
    const { Extensions } = await given.signOn('epic', { standalone: false })

    expect(Extensions).toMatchObject({
      need_patient_banner: false,
      smart_style_url: 'https://styles.example/epic.json',
      TokenResponse: { '__epic.dstu2.patient': expect.any(String) },
    })
  })
})
