import type { Entry } from './journal.ts'

/** How often a session's tokens were renewed, by its journal and by its authorization server. */
export interface RenewalCounts {
  readonly presented: number
  /** Refresh tokens that arrived a second time. */
  readonly duplicates: number
  readonly takeOvers: number
  /** Take-overs from a holder whose own presentation never arrived, so that theirs was the first. */
  readonly firstArrivals: number
  /** Presentations that the journal had no word of before. */
  readonly unannounced: number
}

export function renewalCounts(entries: readonly Entry[]): RenewalCounts {
  const tokens = new Set<string>()
  const counts = { presented: 0, duplicates: 0, takeOvers: 0, firstArrivals: 0, unannounced: 0 }
  let isAnnounced = false
  for (const entry of entries) {
    if (entry.is === 'journaled') {
      if (entry.phase === 'taking-over') {
        counts.takeOvers += 1
        if (isAnnounced) counts.firstArrivals += 1
      }
      isAnnounced = true
      continue
    }
    counts.presented += 1
    if (tokens.has(entry.token)) counts.duplicates += 1
    if (!isAnnounced) counts.unannounced += 1
    tokens.add(entry.token)
    isAnnounced = false
  }
  return counts
}

/** The counts of all sessions together. */
export function inAll(counts: readonly RenewalCounts[]): RenewalCounts {
  const sum = (member: keyof RenewalCounts) => counts.reduce((all, one) => all + one[member], 0)
  return {
    presented: sum('presented'),
    duplicates: sum('duplicates'),
    takeOvers: sum('takeOvers'),
    firstArrivals: sum('firstArrivals'),
    unannounced: sum('unannounced'),
  }
}
