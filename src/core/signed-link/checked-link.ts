import { BrokerError } from '#core/errors.ts'
import type { EpochSeconds } from '#core/time.ts'

/** How far an EHR's clock may be ahead of ours. */
export const LINK_SKEW_SECONDS = 60

/** A link whose signature is right, and what it says. */
export interface CheckedLink {
  /** Not two links of a connection have the same. */
  readonly id: string
  /** From then on it is refused for its age, so that it need not be remembered longer. */
  readonly replayableUntil: EpochSeconds
  readonly said: (name: string) => string | undefined
}

/** A refusal of a link; the detail says what is wrong with it, and never what stood there. */
export function refusedLink(
  code: 'link_invalid' | 'link_expired',
  reason: string,
  cause?: unknown,
): BrokerError {
  return new BrokerError(code, { cause, detail: { reason } })
}
