import type { Bundle } from '@medplum/fhirtypes'
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose'
import { type DemoApp, startDemoApp } from '#sandbox/demo-app/start-demo-app.ts'
import { json } from '#sandbox/web/respond.ts'
import { startServer, webListener } from '#sandbox/web/server.ts'

const SSO_SECRET = 'an SSO secret of at least thirty-two characters'
const DESTINATION_ID = '6f6f0a2e-5d40-4f8e-9d52-0f2c6f6c1a11'
const CLIENT_ID = 'heartline-server'
/** The launch picker that the app points to. */
export const PICKER_URL = 'https://broker.example/live/launch/heartline'

interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly authorization: string | null
  readonly expectPatient: string | null
  readonly body: string
}

/** Answers a FHIR request; the base of links is given. */
export type FhirAnswer = (request: SeenRequest, baseUrl: string) => Response

/**
 * The broker as far as an app sees it: a token endpoint that checks assertions, and FHIR.
 *
 * @param refuseToken what the token endpoint answers, in place of a token
 */
export async function startFakeBroker(answer: FhirAnswer = twoPages, refuseToken?: () => Response) {
  const issued: string[] = []
  const fhirRequests: SeenRequest[] = []
  const messages: Readonly<Record<string, unknown>>[] = []
  const summaries: (() => Response)[] = []
  const app: { started?: DemoApp } = {}

  const server = await startServer(0, (origin) =>
    webListener(origin, async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/live/auth/token') {
        const form = new URLSearchParams(await request.text())
        await jwtVerify(
          `${form.get('client_assertion')}`,
          createLocalJWKSet({ keys: [...(app.started?.jwks.keys ?? [])] }),
          { audience: `${origin}/live/auth/token`, issuer: CLIENT_ID, subject: CLIENT_ID },
        )
        if (refuseToken) return refuseToken()
        issued.push(`app-token-${issued.length + 1}`)
        return json({ access_token: issued.at(-1), token_type: 'bearer', expires_in: 300 })
      }
      if (pathname === '/live/endpoint') {
        messages.push({
          authorization: request.headers.get('authorization'),
          ...((await request.json()) as object),
        })
        return summaries.shift()?.() ?? json({ Meta: {} })
      }
      const seen = {
        method: request.method,
        url: request.url,
        authorization: request.headers.get('authorization'),
        expectPatient: request.headers.get('x-sallyport-expect-patient'),
        body: await request.text(),
      }
      fhirRequests.push(seen)
      return answer(seen, baseUrlOf(origin))
    }),
  )

  const brokerBase = `${server.origin}/live`
  app.started = await startDemoApp({
    name: 'Heartline',
    brokerBase,
    ssoSecret: SSO_SECRET,
    destinationId: DESTINATION_ID,
    clientId: CLIENT_ID,
    pickerUrl: PICKER_URL,
  })
  const { origin } = app.started

  return {
    app: app.started,
    issued,
    fhirRequests,
    /** What came for the Data Model API, and its answers, each for once. */
    messages,
    summaries,
    message: (patient = 'rosa-delgado', sessionId = `session-of-${patient}`) =>
      ssoMessage({ baseUrl: baseUrlOf(server.origin), patient, sessionId }),
    /** POSTs an SSO message as the broker does, with the right token unless another is given. */
    signOn: async (body: unknown, token?: string) =>
      fetch(`${origin}/sso`, {
        method: 'POST',
        redirect: 'manual',
        body: JSON.stringify(body),
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token ?? (await ssoToken())}`,
        },
      }),
    close: async () => {
      await app.started?.close()
      await server.close()
    },
  }
}

/** The JWT of an SSO message. */
export function ssoToken({
  secret = SSO_SECRET,
  audience = DESTINATION_ID,
  expiresIn = 900,
  algorithm = 'HS256',
} = {}): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
    .setSubject('helen-brandt')
    .setAudience(audience)
    .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
    .sign(new TextEncoder().encode(secret))
}

function ssoMessage({
  baseUrl,
  patient,
  sessionId,
}: {
  readonly baseUrl: string
  readonly patient: string
  readonly sessionId: string
}) {
  return {
    Meta: {
      DataModel: 'SSO',
      EventType: 'Sign-on',
      SessionID: sessionId,
      SessionBaseURL: baseUrl,
    },
    Subject: 'helen-brandt',
    Name: 'Helen Brandt, MD',
    NPI: '1234567893',
    Patient: {
      Identifiers: [
        { ID: '4821907', IDType: 'MR' },
        { ID: patient, IDType: 'FHIR' },
      ],
      Demographics: { FirstName: 'Chart of', LastName: patient, DOB: '1961-03-14', Sex: 'Female' },
    },
    Extensions: { SessionEndsAt: '2026-01-01T12:00:00.000Z' },
  }
}

function baseUrlOf(origin: string): string {
  return `${origin}/live/fhir/R4/sandbox/Development`
}

function twoPages({ method, body }: SeenRequest, baseUrl: string): Response {
  const patient = new URLSearchParams(body).get('patient') ?? ''
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'searchset',
    entry: [
      {
        resource: {
          resourceType: 'Observation',
          status: 'final',
          code: { text: method === 'POST' ? `First of ${patient}` : 'Second page' },
          valueQuantity: { value: 7.4, unit: '%' },
        },
      },
    ],
    ...(method === 'POST' && {
      link: [{ relation: 'next', url: `${baseUrl}/Observation?page=2` }],
    }),
  }
  return json(bundle)
}
