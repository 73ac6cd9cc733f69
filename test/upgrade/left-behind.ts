import type { JWK } from 'jose'
import type { KeptCookies, PageForm } from '../support/browser.ts'

/** Below the ports that a machine gives out by itself: sessions name their EHR and app by origin. */
export const PORTS = { broker: 17_401, aws: 0, ehr: 17_411, app: 17_421 } as const

/** Held by the run that uses the others. */
export const TURN_PORT = 17_400

/** How the sandbox's connection is, at whoever makes the state and whoever goes on with it. */
export const SANDBOX = {
  // So that a renewal reads the client's secret.
  authentication: 'client_secret_basic',
  /** Long enough that sessions are renewed ahead. */
  accessTokenSeconds: 600,
} as const

/** `Meta` of the SSO message, as an app keeps it. */
interface SessionMeta {
  readonly SessionID: string
  readonly SessionBaseURL: string
}

interface SignedOn {
  readonly cookies: KeptCookies
  /** The app's page. */
  readonly page: string
  readonly session: SessionMeta
}

/** What is in people's and the app's hands when a broker is stopped, beside its state. */
export interface LeftBehind {
  /** Of `package.json`. */
  readonly version: string
  readonly commit: string
  /** When it was stopped, in epoch milliseconds. */
  readonly at: number
  /** A client of the app that the registry has with its key. */
  readonly app: {
    readonly clientId: string
    readonly key: JWK
    readonly accessToken: string
    /** A client assertion that was presented. */
    readonly usedAssertion: string
  }
  /** Has tokens that were renewed and that its row did not take. */
  readonly rescued: SignedOn
  /** Reads, and has not come to the last page. */
  readonly reading: SignedOn & { readonly nextPage: string }
  /** Came by both of these, which are used up. */
  readonly arrived: SignedOn & { readonly callback: string; readonly ticket: PageForm }
  /** Signed off, and nobody has looked after it yet. */
  readonly signedOff: SignedOn
  /** Is sent back by the EHR, with a code. */
  readonly comingBack: { readonly cookies: KeptCookies; readonly callback: string }
  /** Is at the page that posts the ticket. */
  readonly handedOver: { readonly cookies: KeptCookies; readonly ticket: PageForm }
}
