import { profileOf } from '#core/vendors/profile-of.ts'
import { SELDOM } from '../../lib/constructs/routes.ts'
import { DEFAULT_DEPLOYMENT } from '../../lib/deployments/deployment.ts'

/** What of a deployment and of its connections says how many sessions it serves. */
export interface Settings {
  /** `refresh.schedules` of deployments.json. */
  readonly schedules: number
  /** `refresh.concurrency`. */
  readonly concurrency: number
  /** `refreshMarginSeconds` of a vendor's profile, or of a connection's `vendorOverrides`. */
  readonly marginSeconds: number
  /** `throttles.stage.rate`. */
  readonly stageRate: number
  /** `throttles.methods` of what a launch and an app's token go through. */
  readonly launchRate: number
}

/** What is deployed where nothing is chosen. */
export const BY_DEFAULT: Settings = {
  ...DEFAULT_DEPLOYMENT.refresh,
  marginSeconds: profileOf({}).refreshMarginSeconds,
  stageRate: DEFAULT_DEPLOYMENT.throttles.stage.rate,
  launchRate: SELDOM.rate,
}

/** Sessions that live at one time, and what is recommended for them. */
export const SIZES: readonly { readonly sessions: number; readonly recommended: Settings }[] = [
  { sessions: 10_000, recommended: { ...BY_DEFAULT, marginSeconds: 120 } },
  {
    sessions: 100_000,
    recommended: { ...BY_DEFAULT, schedules: 4, concurrency: 100, marginSeconds: 120 },
  },
  {
    sessions: 1_000_000,
    recommended: {
      schedules: 16,
      concurrency: 200,
      marginSeconds: 120,
      stageRate: 8_000,
      launchRate: 800,
    },
  },
]
