import { randomUUID } from 'node:crypto'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { SignOnConnection, SsoDestination } from '#core/registry/registry.ts'
import type { Clock } from '#core/time.ts'
import type { HandOver } from './hand-over.ts'
import { type JudgeOptions, judgeAnswer, type SsoAnswer } from './judge-answer.ts'
import { type ProveMessageDeps, proveMessage } from './prove-message.ts'
import { ssoMessage } from './sso-message.ts'

const DISPATCH_TIMEOUT_MS = 10_000

export interface DispatchSsoDeps extends JudgeOptions, ProveMessageDeps {
  readonly egress: Egress
  readonly publicBaseUrl: string
  readonly now: Clock
}

/**
 * Tells the app who signed on, and judges what it answers.
 *
 * @throws BrokerError `sso_destination_unavailable` when no answer came, else as `judgeAnswer` says
 */
export async function dispatchSso(
  handOver: HandOver,
  connection: SignOnConnection,
  destination: SsoDestination,
  deps: DispatchSsoDeps,
): Promise<SsoAnswer> {
  const message = ssoMessage(handOver, connection, destination, {
    publicBaseUrl: deps.publicBaseUrl,
    now: deps.now(),
    messageId: randomUUID(),
    attemptId: randomUUID(),
  })
  const proof = await proveMessage(message, destination, deps)
  const send = () =>
    deps.egress(
      destination.url,
      {
        method: 'POST',
        headers: { ...proof, 'content-type': 'application/json' },
        body: JSON.stringify(message.body),
      },
      // The body of the answer is not read, however long it is.
      { timeoutMs: DISPATCH_TIMEOUT_MS, stream: true },
    )

  const answer = await send().catch(retryUnsent(send)).catch(translate)
  await answer.body?.cancel()
  return judgeAnswer(answer, destination, deps)
}

/** Once more, and only if the message never left: an app may take it once and be slow to say so. */
function retryUnsent(send: () => Promise<Response>) {
  return (error: unknown) => {
    if (error instanceof BrokerError && error.code === 'upstream_unavailable') return send()
    throw error
  }
}

/** The egress client's errors speak of the EHR; this is the app. */
function translate(thrown: unknown): never {
  const cause = BrokerError.from(thrown)
  if (cause.code === 'internal_error') throw cause
  throw new BrokerError('sso_destination_unavailable', {
    cause,
    detail: { ...cause.detail, reason: [cause.code, cause.detail.reason ?? ''].join(' ').trim() },
  })
}
