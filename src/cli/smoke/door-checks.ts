import { hold, type SmokeCheck } from './checks.ts'
import type { Counterpart } from './counterpart.ts'
import { PATIENT } from './test-ehr.ts'

/** A session that a smoke test has opened. */
export interface SmokeSession {
  readonly apiBase: string
  readonly baseUrl: string
  readonly sessionId: string
  /** Bound to the session. */
  readonly token: string
  readonly counterpart: Counterpart
}

type DoorCheck = (session: SmokeSession) => Promise<string>

/** What the app's side sees; each answers what it found. */
export const DOOR_CHECKS = {
  async read(session) {
    const { status, id } = await readPatient(session)
    hold(status === 200 && id === PATIENT.id, `the Patient was answered by ${status}`)
    return 'the patient of the launch was read'
  },
  async refresh(session) {
    const { ehr } = session.counterpart
    const before = ehr.refreshes()
    ehr.endAccessTokens()
    const { status } = await readPatient(session)
    hold(status === 200, `after the access token was over, the Patient was answered by ${status}`)
    hold(ehr.refreshes() > before, 'no refresh token was used')
    return 'the access token was over, and a new one was got'
  },
  async 'renamed-headers'({ apiBase, baseUrl }) {
    const buffered = await challengeOf(`${apiBase}/session`)
    const streamed = await challengeOf(`${baseUrl}/Patient/${PATIENT.id}`)
    return `buffered: ${buffered}; streamed: ${streamed}`
  },
  async streaming(session) {
    const { long } = session.counterpart.ehr
    const answer = await search(session, 'streamed')
    hold(answer.status === 200 && answer.body !== null, `answered by ${answer.status}`)
    const reader = answer.body.getReader()
    const first = await reader.read()
    long.release()
    let bytes = first.value?.length ?? 0
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      bytes += next.value.length
    }
    hold(!long.wasKept(), 'the beginning was kept until the EHR had sent the end')
    return `${first.value?.length} of ${bytes} bytes were there before the EHR sent the rest`
  },
  async 'broken-answer'(session) {
    let text: string
    try {
      const answer = await search(session, 'broken')
      if (!answer.ok) return `the client gets ${answer.status} in place of the answer`
      text = await answer.text()
    } catch {
      return 'the client’s connection broke off'
    }
    hold(!isJson(text), 'the client got a whole answer')
    return `the client got ${text.length} characters that are no JSON, and no error`
  },
} as const satisfies Partial<Record<SmokeCheck, DoorCheck>>

async function readPatient({ baseUrl, token }: SmokeSession) {
  const answer = await fetch(`${baseUrl}/Patient/${PATIENT.id}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/fhir+json' },
  })
  const text = await answer.text()
  return { status: answer.status, id: isJson(text) ? JSON.parse(text).id : undefined }
}

const search = ({ baseUrl, token }: SmokeSession, code: string) =>
  fetch(`${baseUrl}/Observation?code=${code}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/fhir+json' },
  })

/** Under which name a challenge comes. The body says the same, as no contract depends on the name. */
async function challengeOf(url: string): Promise<string> {
  const answer = await fetch(url, { headers: { authorization: 'Bearer none' } })
  hold(answer.status === 401, `a token that is none was answered by ${answer.status}`)
  hold(isJson(await answer.text()), 'the refusal’s body does not say what it is')
  const names = [...answer.headers.keys()].filter((name) => name.endsWith('www-authenticate'))
  hold(names.length > 0, 'the refusal has no challenge under any name')
  return names.join(', ')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
