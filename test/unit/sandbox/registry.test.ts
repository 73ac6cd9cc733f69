import { describe, expect, it } from 'vitest'
import { parseRegistry } from '#core/registry/parse-registry.ts'
import { GUISES } from '#sandbox/ehr/guises/index.ts'
import { sandboxApps, sandboxClients, sandboxRegistry } from '#sandbox/registry.ts'

const EHR = {
  fhirBaseUrl: 'http://127.0.0.1:4010/fhir/R4',
  issuer: 'http://127.0.0.1:4010/oauth',
}
const BROKER = 'http://localhost:4000/live'

describe('the sandbox’s registry', () => {
  it.each(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const)(
    'is a registry without a problem, its client by %s known to the EHR',
    (authentication) => {
      const content = sandboxRegistry({
        ehr: EHR,
        appOrigin: 'http://127.0.0.1:4020',
        authentication,
      })
      const parsed = parseRegistry(JSON.stringify(content), { upstreams: 'loopback' })
      if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))

      const [connection] = parsed.file.connections
      const registration = parsed.file.registrations.find(
        ({ id }) => id === connection?.registration,
      )
      const client = sandboxClients({ brokerBase: BROKER, clientSecret: 'a secret' }).find(
        ({ clientId }) => clientId === registration?.clientId,
      )
      expect(registration?.authentication.method).toBe(authentication)
      expect(client?.authentication.method).toBe(authentication)
      expect(client?.redirectUris).toEqual([`${BROKER}/redirect`])
      expect(sandboxApps(BROKER)[0]?.launchUrl).toBe(`${BROKER}/launch/${connection?.id}`)
    },
  )

  it.each(Object.keys(GUISES))('is without a problem in the guise of %s', (vendor) => {
    const content = sandboxRegistry({ ehr: EHR, appOrigin: 'http://127.0.0.1:4020', vendor })

    expect(parseRegistry(JSON.stringify(content), { upstreams: 'loopback' })).toHaveProperty('file')
  })
})
