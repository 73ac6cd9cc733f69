import { exportJWK, generateKeyPair } from 'jose'
import { brokerClient } from '#client/index.ts'

const { privateKey } = await generateKeyPair('ES384', { extractable: true })
const KEY = { ...(await exportJWK(privateKey)), alg: 'ES384', kid: 'key-1' }

export const BASE = 'https://broker.example/live'
export const FHIR_BASE = `${BASE}/fhir/R4/general/Development`

/** A request as the broker would get it. */
export interface Seen {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: string
}

export interface GivenSession {
  /** What the broker answers below the token endpoint; thrown, it is not reached. */
  readonly answer?: (seen: Seen, count: number) => Response
  readonly tokenAnswer?: (count: number) => Response
}

/** A session at a broker that answers as it is told, and what it was asked. */
export function givenSession({
  answer = () => Response.json({ resourceType: 'Patient' }),
  tokenAnswer = (count) => Response.json({ access_token: `token-${count}`, expires_in: 300 }),
}: GivenSession = {}) {
  const asked: Seen[] = []
  const tokenForms: URLSearchParams[] = []
  const broker = brokerClient({
    base: BASE,
    clientId: 'heartline-server',
    key: KEY,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const body = await request.text()
      if (request.url === `${BASE}/auth/token`) {
        tokenForms.push(new URLSearchParams(body))
        return tokenAnswer(tokenForms.length)
      }
      const { url, method, headers } = request
      asked.push({ url, method, headers, body })
      return answer({ url, method, headers, body }, asked.length)
    },
  })
  const session = broker.session({ SessionID: 'session-1', SessionBaseURL: FHIR_BASE })
  return { broker, session, asked, tokenForms }
}

/** An OperationOutcome; of the broker's own, when its code is given. */
export function outcome(status: number, code: string, brokerCode?: string): Response {
  const coding = brokerCode && [{ system: 'urn:sallyport:error', code: brokerCode }]
  const issue = [{ severity: 'error', code, details: { text: 'Why.', ...(coding && { coding }) } }]
  return Response.json({ resourceType: 'OperationOutcome', issue }, { status })
}
