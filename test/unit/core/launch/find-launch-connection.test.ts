import { describe, expect, it } from 'vitest'
import { findLaunchConnection } from '#core/launch/find-launch-connection.ts'
import type { SignOnScheme } from '#core/registry/sign-on-scheme.ts'
import { aConnection, anApp, aRegistry } from '../../../fixtures.ts'

const ISS = 'https://ehr.general.example/fhir'

function setup(connections = [aConnection()]) {
  const registry = aRegistry({ apps: [anApp()], connections })
  return (key: string, iss: string) => findLaunchConnection(key, iss, registry)
}

describe('findLaunchConnection', () => {
  it('finds a connection by its own key', async () => {
    expect(await setup()('general-production', ISS)).toMatchObject({ id: 'general-production' })
  })

  it("finds an app's connection by the launch's issuer", async () => {
    expect(await setup()('heartline', ISS)).toMatchObject({ id: 'general-production' })
  })

  it.each([`${ISS}/`, 'HTTPS://EHR.general.example:443/fhir'])(
    'takes %s as the same issuer',
    async (iss) => {
      expect(await setup()('general-production', iss)).toMatchObject({ id: 'general-production' })
    },
  )

  it('refuses a key that is nobody’s', async () => {
    await expect(setup()('another', ISS)).rejects.toMatchObject({ code: 'launch_key_unknown' })
  })

  it.each([
    'https://elsewhere.example/fhir',
    'https://ehr.general.example/FHIR',
    'https://ehr.general.example/fhir/r4',
    'https://user@ehr.general.example/fhir',
    'https://ehr.general.example/fhir?x=1',
    'https://ehr.general.example/fhir#x',
    'https://ehr.general.example/fhir//',
    'ehr.general.example/fhir',
    '',
  ])('refuses %s, whichever kind of key it comes with', async (iss) => {
    const find = setup()

    await expect(find('general-production', iss)).rejects.toMatchObject({
      code: 'launch_issuer_unknown',
    })
    await expect(find('heartline', iss)).rejects.toMatchObject({ code: 'launch_issuer_unknown' })
  })

  it('says in the log whose launch it was, and what was wrong with its issuer', async () => {
    const find = setup()

    await expect(find('general-production', 'no URL')).rejects.toMatchObject({
      detail: { connection: 'general-production', reason: 'iss_malformed' },
    })
    await expect(find('heartline', 'https://elsewhere.example')).rejects.toMatchObject({
      detail: { app: 'heartline', reason: 'iss_unknown' },
    })
  })

  it("refuses another connection's issuer at a connection's key", async () => {
    const other = aConnection({ id: 'other', issuer: 'https://other.example/fhir' })

    await expect(
      setup([aConnection(), other])('general-production', 'https://other.example/fhir'),
    ).rejects.toMatchObject({ code: 'launch_issuer_unknown' })
  })

  it("refuses an app's key when two of its connections have the issuer", async () => {
    const find = setup([aConnection(), aConnection({ id: 'general-staging' })])

    await expect(find('heartline', ISS)).rejects.toMatchObject({
      code: 'launch_issuer_unknown',
      detail: { reason: 'iss_ambiguous' },
    })
  })

  it.each(['oidc', 'saml', 'signed-link'])(
    'does not go past the sign-on of %s, at the key of the connection or of the app',
    async (scheme) => {
      const signOn = { scheme } as unknown as SignOnScheme
      const find = setup([aConnection({ signOn })])

      for (const key of ['general-production', 'heartline']) {
        await expect(find(key, ISS)).rejects.toMatchObject({ code: 'launch_issuer_unknown' })
      }
    },
  )

  it("does not look at other apps' connections", async () => {
    const find = setup([aConnection(), aConnection({ id: 'foreign', app: 'another' })])

    expect(await find('heartline', ISS)).toMatchObject({ id: 'general-production' })
  })
})
