import type { ServerResponse } from 'node:http'
import { sampleResources } from '#sandbox/ehr/data/resources.ts'
import { fhirServer } from '#sandbox/ehr/fhir/fhir-server.ts'
import { send, type WebHandler } from '#sandbox/web/server.ts'
import type { FhirRequestSeen } from './fake-ehr.ts'

/** The sandbox's FHIR server with its sample patients, open to any token, below whatever host it is asked at. */
export function sandboxFhir(today: Date) {
  let server: Promise<WebHandler> | undefined
  return async ({ method, url, headers, body }: FhirRequestSeen, response: ServerResponse) => {
    const origin = `http://${headers.host}`
    server ??= fhirServer({
      baseUrl: `${origin}/fhir`,
      issuer: origin,
      resources: sampleResources(today),
      verifyAccessToken: async () => ({
        scopes: new Set(['user/*.cruds']),
        patient: 'nobody',
        account: 'anybody',
      }),
    })
    const request = new Request(`${origin}${url}`, {
      method,
      headers: Object.entries(headers).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value] as [string, string]] : [],
      ),
      ...(!['GET', 'HEAD'].includes(method) && body !== '' && { body }),
    })
    await send(await (await server)(request), response)
  }
}
