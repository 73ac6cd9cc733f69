import { afterAll } from 'vitest'
import { startSandboxEhr } from '#sandbox/sandbox.ts'
import { completeLaunch, LAUNCH_URL, REDIRECT_URI } from './launch.ts'

/** The sandbox EHR, and launches into it, for the tests of a file. */
export async function givenFhir() {
  const ehr = await startSandboxEhr({
    apps: [{ name: 'Heartline', launchUrl: LAUNCH_URL }],
    clients: [
      {
        clientId: 'heartline-public',
        clientName: 'Heartline',
        redirectUris: [REDIRECT_URI],
        authentication: { method: 'none' },
      },
    ],
  })
  afterAll(() => ehr.close())

  /** A launch on Rosa Delgado, and requests with its access token. */
  async function setup(scope = 'launch patient/*.cruds user/Practitioner.rs') {
    const { tokens } = await completeLaunch({ ehr, change: { scope, nonce: '' } })
    const request = async (path: string, init: RequestInit = {}) => {
      const url = path.startsWith('http') ? path : `${ehr.fhirBaseUrl}/${path}`
      const response = await fetch(url, {
        ...init,
        headers: { authorization: `Bearer ${tokens.access_token}`, ...init.headers },
      })
      return { status: response.status, headers: response.headers, body: await response.json() }
    }
    return { request, accessToken: tokens.access_token }
  }

  return { ehr, setup }
}

export function asJson(method: string, resource: unknown): RequestInit {
  return {
    method,
    body: JSON.stringify(resource),
    headers: { 'content-type': 'application/fhir+json' },
  }
}
