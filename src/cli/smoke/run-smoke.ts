import { walkLaunch } from './browser.ts'
import { hold, SMOKE_CHECKS, type SmokeCheck, type SmokeResult } from './checks.ts'
import type { Counterpart } from './counterpart.ts'
import { DOOR_CHECKS, type SmokeSession } from './door-checks.ts'
import { accessLog, coldStarts, type LogScope } from './log-checks.ts'
import { PATIENT } from './test-ehr.ts'

export interface SmokeWorld {
  readonly apiBase: string
  /** The connection that is registered for the counterpart. */
  readonly connection: string
  readonly counterpart: Counterpart
  readonly logScope: LogScope
  /** What the operator says does not apply to this stack. */
  readonly without: readonly string[]
}

/** Does every check, in their order; without a session there is nothing to do the others with. */
export async function runSmoke(
  world: SmokeWorld,
  tell: (result: SmokeResult) => void,
): Promise<readonly SmokeResult[]> {
  const results: SmokeResult[] = []
  const session: { opened?: SmokeSession } = {}
  for (const check of Object.keys(SMOKE_CHECKS) as SmokeCheck[]) {
    const result = await outcomeOf(check, world, session)
    results.push(result)
    tell(result)
  }
  return results
}

async function outcomeOf(
  check: SmokeCheck,
  world: SmokeWorld,
  session: { opened?: SmokeSession },
): Promise<SmokeResult> {
  if (world.without.includes(check)) {
    return { check, outcome: 'does not apply', says: 'left out by --without' }
  }
  try {
    if (check === 'launch') {
      session.opened = await openSession(world)
      return {
        check,
        outcome: 'ok',
        says: 'the app was told who signed on, by a message it trusts',
      }
    }
    hold(session.opened !== undefined, 'there is no session to check it in')
    const says = await found(check, world, session.opened)
    return says === undefined
      ? { check, outcome: 'does not apply', says: 'Lambda has written no line about a start' }
      : { check, outcome: 'ok', says }
  } catch (error) {
    const says = error instanceof Error ? error.message : 'something unforeseen'
    return { check, outcome: 'failed', says }
  }
}

function found(
  check: Exclude<SmokeCheck, 'launch'>,
  { logScope, counterpart }: SmokeWorld,
  session: SmokeSession,
): Promise<string | undefined> {
  if (check === 'cold-starts') return coldStarts(logScope)
  if (check !== 'access-log') return DOOR_CHECKS[check](session)
  const { sessionId, token } = session
  return accessLog(logScope, [sessionId, token, PATIENT.id, ...counterpart.ehr.issued])
}

async function openSession(world: SmokeWorld): Promise<SmokeSession> {
  const { apiBase, connection, counterpart } = world
  const { ehr, app } = counterpart
  const launchUrl = new URL(`${apiBase}/launch/${connection}`)
  launchUrl.search = new URLSearchParams({ iss: ehr.fhirBaseUrl, launch: 'smoke' }).toString()
  await walkLaunch(launchUrl.href)
  const [signedOn] = app.signOns
  hold(signedOn !== undefined, 'the app got no SSO message that it could trust')

  const tokenUrl = `${apiBase}/auth/token`
  const answer = await fetch(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await app.assertion(tokenUrl),
      session: signedOn.SessionID,
    }),
  })
  hold(answer.ok, `the app was given no token: ${answer.status}`)
  const { access_token } = (await answer.json()) as { readonly access_token: string }
  return {
    apiBase,
    counterpart,
    baseUrl: signedOn.SessionBaseURL,
    sessionId: signedOn.SessionID,
    token: access_token,
  }
}
