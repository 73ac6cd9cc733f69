import type { ErrorCode } from './errors.ts'
import type { EventType } from './events/broker-event.ts'
import type { WithoutCookies } from './registry/registry.ts'
import type { RefreshAnswer } from './tokens/refresh-answer.ts'

/** Where apps reach EHRs through the broker. */
export type Door = 'fhir' | 'data-model'

/**
 * Everything that is counted, each with its dimensions. The list is closed: what is not in it cannot
 * become a dimension, so no patient or person, and nothing of which there are without number.
 */
export type Measure =
  | {
      readonly name: 'Launches'
      readonly connection: string
      /** `refused` for whatever cause that is not ours, `failed` for the rest. */
      readonly outcome: 'completed' | 'refused' | 'failed'
    }
  /** Launches in a frame where the browser keeps no cookie, by what the connection has happen then. */
  | {
      readonly name: 'FramesWithoutCookies'
      readonly connection: string
      readonly outcome: WithoutCookies
    }
  | {
      readonly name: 'Refreshes'
      readonly connection: string
      readonly outcome: RefreshAnswer['kind']
    }
  /** Callers who waited for another's renewal; refresh tokens presented once more; rescued tokens. */
  | {
      readonly name: 'RefreshWaits' | 'RefreshTakeOvers' | 'SecondPathUses'
      readonly connection: string
    }
  /** Sealed tokens that are not as they were left; the log says whose. All as one, so that one alarm sees each. */
  | { readonly name: 'TokensRefused' }
  /** Sign-ons that passed on a weak leg: to be put right at the provider, or imported anew. */
  | {
      readonly name: 'SamlWeaknesses'
      readonly connection: string
      readonly reason: 'sha1' | 'metadata_expired'
    }
  /** What a door added to a request beyond the time that it waited for the EHR: see `latency/measured.ts`. */
  | { readonly name: 'AddedLatency'; readonly door: Door; readonly milliseconds: number }
  /** By how much a run of the refresher found the session overdue that was so longest. */
  | { readonly name: 'OldestDue'; readonly seconds: number }
  | { readonly name: 'EventsNotSent'; readonly eventType: EventType }
  /** Apps told of a sign-on: `refused` is the app's own no, `failed` that nobody answered. */
  | {
      readonly name: 'Dispatches'
      readonly app: string
      readonly outcome: 'delivered' | 'refused' | 'failed'
    }
  /** Lines of the log at the level of an error, by their event. */
  | { readonly name: 'Errors'; readonly event: string }
  /** Requests that a defense refused, by the code: see `count-lines.ts`. */
  | { readonly name: 'SafetyEvents'; readonly code: ErrorCode }
  /** Calls of an AWS service that it put off because there were too many. */
  | { readonly name: 'AwsThrottles'; readonly awsService: string }
  | {
      readonly name: 'WebhookDeliveries'
      readonly app: string
      readonly outcome: 'delivered' | 'failed'
    }

/** Counts what the broker does, for graphs and alarms. */
export interface Metrics {
  add(measure: Measure): void
}
