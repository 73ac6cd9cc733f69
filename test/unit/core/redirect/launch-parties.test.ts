import { describe, expect, it } from 'vitest'
import { launchParties } from '#core/redirect/launch-parties.ts'
import type { TakenLaunch } from '#core/redirect/take-launch.ts'
import type { OidcScheme } from '#core/registry/sign-on-scheme.ts'
import { aConnection, anApp, aRegistration, aRegistry } from '../../../fixtures.ts'

const signOn: OidcScheme = {
  scheme: 'oidc',
  idp: { issuer: 'https://login.example', registration: 'heartline-at-login', scopes: ['openid'] },
}
const ehr = aConnection()
const rows = {
  apps: [anApp()],
  registrations: [aRegistration(), aRegistration({ id: 'heartline-at-login' })],
}
const launch = (signsOn?: true) =>
  ({
    connection: ehr.id,
    registration: signsOn ? 'heartline-at-login' : ehr.registration,
    app: 'heartline',
    ...(signsOn && { signsOn }),
  }) as TakenLaunch

describe('a launch at an OpenID provider', () => {
  it('is of the provider’s client, and for the connection that signs on there', async () => {
    const registry = aRegistry({ ...rows, connections: [{ ...ehr, signOn }] })

    expect(await launchParties(launch(true), registry)).toMatchObject({
      connection: {
        id: ehr.id,
        fhirBaseUrl: 'https://login.example',
        vendor: 'oidc',
        fhirAuthority: 'none',
      },
      registration: { id: 'heartline-at-login' },
      signsOnFor: { fhirBaseUrl: ehr.fhirBaseUrl },
    })
  })

  it.each([
    ['signs on otherwise by now', { signOn: { scheme: 'smart-ehr' as const } }],
    [
      'has another client there by now',
      { signOn: { ...signOn, idp: { ...signOn.idp, registration: 'another' } } },
    ],
    ['is another app’s by now', { signOn, app: 'another' }],
  ])('is of no connection that %s', async (_, changed) => {
    const registry = aRegistry({ ...rows, connections: [{ ...ehr, ...changed }] })

    await expect(launchParties(launch(true), registry)).rejects.toMatchObject({
      code: 'state_unknown',
    })
  })

  it('is not what a launch at the EHR is, whatever the connection signs on by', async () => {
    const registry = aRegistry({ ...rows, connections: [{ ...ehr, signOn }] })

    const parties = await launchParties(launch(), registry)
    expect(parties.connection.fhirBaseUrl).toBe(ehr.fhirBaseUrl)
    expect(parties.signsOnFor).toBeUndefined()
  })
})
