import { randomBytes } from 'node:crypto'
import type { BrowserBinding, OfLaunch, OneTimeStore } from '#core/launch/one-time-store.ts'
import { bearerHash, sealUnder } from '#core/launch/seal-under.ts'
import { Secret } from '#core/secret.ts'
import type { Clock } from '#core/time.ts'
import type { HandOver } from './hand-over.ts'

/**
 * The page posts the ticket at once. Two minutes are for a person whose browser runs no scripts, who
 * has to see and press Continue; the launch's cookie outlives it.
 */
const TICKET_LIFETIME_SECONDS = 120

/** What a ticket's row has in clear. */
export interface TicketClear extends OfLaunch {
  readonly connection: string
  readonly app: string
}

/** What the browser takes on to `sso`. */
export interface HandOverTicket {
  readonly ticket: Secret
  readonly appName: string
  /** Origins that may frame the page; any, when absent. */
  readonly frameAncestors?: readonly string[]
}

export interface IssueTicketDeps {
  readonly tickets: OneTimeStore<TicketClear>
  readonly now: Clock
}

/**
 * Keeps a hand-over for the browser of this launch, sealed under a new ticket of 256 random bits.
 * Only the ticket opens it, and the table does not hold the ticket.
 */
export async function issueTicket(
  handOver: HandOver,
  browser: BrowserBinding,
  { tickets, now }: IssueTicketDeps,
): Promise<{ readonly ticket: Secret }> {
  const ticket = new Secret(randomBytes(32).toString('base64url'))
  const { launchId, connection, app } = handOver
  const createdAt = now()

  await tickets.put(bearerHash(ticket), {
    browser: { cookieName: browser.cookieName, cookieHash: browser.cookieHash },
    createdAt,
    expiresAt: createdAt + TICKET_LIFETIME_SECONDS,
    sealed: sealUnder(ticket, 'ticket', handOver),
    clear: { launchId, connection, app },
  })
  return { ticket }
}
