import { randomUUID } from 'node:crypto'
import { BrokerError } from '#core/errors.ts'
import type { BrowserBinding, OneTimeStore } from '#core/launch/one-time-store.ts'
import { bearerHash, openUnder } from '#core/launch/seal-under.ts'
import { Secret } from '#core/secret.ts'
import type { HandOver } from './hand-over.ts'
import type { TicketClear } from './issue-ticket.ts'

/** A hand-over that this request alone has. */
export interface OpenedTicket {
  readonly keyHash: string
  readonly browser: BrowserBinding
  readonly handOver: HandOver
}

/**
 * Takes a ticket, once and only in the browser that launched, and opens what it seals.
 *
 * @param ticket as the browser sent it
 * @throws BrokerError `ticket_unknown`, `ticket_expired`, `ticket_used`, `ticket_browser_mismatch`
 */
export async function openTicket(
  ticket: string,
  cookieHashes: readonly string[],
  tickets: OneTimeStore<TicketClear>,
): Promise<OpenedTicket> {
  const bearer = new Secret(ticket)
  const keyHash = bearerHash(bearer)
  const taken = await tickets.take(keyHash, { nonce: randomUUID(), cookieHashes })
  if ('refused' in taken) {
    const { refused, launchId } = taken
    throw new BrokerError(`ticket_${refused}`, { detail: launchId ? { launchId } : {} })
  }

  const { browser, sealed } = taken.record
  // Authenticated: whatever opens is what `issueTicket` sealed.
  return { keyHash, browser, handOver: openUnder(bearer, 'ticket', sealed) as HandOver }
}
