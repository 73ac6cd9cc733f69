import { hash } from 'node:crypto'
import type { AppCaller } from '#core/app-token/verify-app-token.ts'
import { BrokerError } from '#core/errors.ts'
import { type MeasuredDeps, measured } from '#core/latency/measured.ts'
import type { DeadSessionGuard } from '#core/session/dead-session-guard.ts'
import { namedSession, SESSION_HEADER } from '#core/session/named-session.ts'
import { type AuditedDeps, type AuditNotes, audited } from './audit/audited.ts'
import { doorAnswer } from './door-answer.ts'
import { parseFhirPath } from './fhir-path.ts'
import type { FhirRequest, FhirResponse } from './fhir-request.ts'
import { withPlainBody } from './plain-body.ts'
import { type ServeInSessionDeps, serveInSession } from './serve-in-session.ts'

export interface FhirDoorDeps extends Omit<ServeInSessionDeps, 'via'>, AuditedDeps, MeasuredDeps {
  /** Checks the value of the `Authorization` header; `token_missing` or `token_invalid`. */
  readonly verifyAppToken: (
    authorization: string | undefined,
  ) => Promise<Pick<AppCaller, 'app' | 'scope' | 'session'>>
  readonly guardDeadSessions: DeadSessionGuard
}

/**
 * Serves a request at the FHIR door.
 *
 * @throws BrokerError with the code of the first check that fails, in the order they stand in
 */
export type FhirDoor = (received: FhirRequest) => Promise<FhirResponse>

/**
 * The FHIR door: it serves the app that proves itself, within the session that it names, at that
 * session's EHR and nowhere else.
 */
export function fhirDoor(deps: FhirDoorDeps): FhirDoor {
  const withVia = { ...deps, via: viaOf(deps.publicBaseUrl) }
  return (received) =>
    measured('fhir', withVia, (watched) =>
      audited(received, deps, (notes) => serve(received, notes, watched)),
    )
}

async function serve(
  received: FhirRequest,
  notes: AuditNotes,
  deps: FhirDoorDeps & Pick<ServeInSessionDeps, 'via'>,
): Promise<FhirResponse> {
  checkLoop(received, deps.via)
  const path = parseFhirPath(received.path)
  const authorizations = received.header('authorization')
  const ofTheDoor = await doorAnswer(received, path, {
    registry: deps.registry,
    publicBaseUrl: deps.publicBaseUrl,
    isAnonymous: authorizations.length === 0,
  })
  if (ofTheDoor) return ofTheDoor

  const caller = await deps.verifyAppToken(
    authorizations.length === 1 ? authorizations[0] : undefined,
  )
  notes.app = caller.app
  const named = namedSession({
    query: received.query,
    header: received.header(SESSION_HEADER),
    boundTo: caller.session,
  })
  return deps.guardDeadSessions({ app: caller.app, key: named.key }, () =>
    serveInSession(
      {
        request: withPlainBody(received),
        path,
        app: caller.app,
        scope: caller.scope,
        named,
        notes,
      },
      deps,
    ),
  )
}

/**
 * How this deployment calls itself toward EHRs: by a pseudonym that no other has (RFC 9110 §7.6.3).
 */
function viaOf(publicBaseUrl: string): string {
  const pseudonym = hash('sha256', publicBaseUrl, 'hex').slice(0, 8)
  return `1.1 sallyport-${pseudonym}`
}

/** A connection whose FHIR base is our own door would be asked without end. */
function checkLoop({ header }: FhirRequest, via: string): void {
  const lines = header('via')
  if (lines.length === 0) return
  const hops = lines.flatMap((line) => line.split(','))
  if (hops.some((hop) => hop.trim() === via)) throw new BrokerError('request_loop')
}
