import { LEASE_SECONDS } from '#core/tokens/refresh-timing.ts'
import type { RenewalAction, RenewalEvent } from '#core/tokens/renewal.ts'
import { clocks, isOwingUnderLease } from './caller.ts'
import { type Around, doubted, marked, type Turn, violated, withCaller } from './turn.ts'
import { open, renewedTokens, type Scene } from './world.ts'

/** A turn after an action on the stores, and what the caller hears of it. */
interface Performed {
  readonly turn: Turn
  readonly event: RenewalEvent
}

/** Carries out an action on the stores. */
export function perform(turn: Turn, action: RenewalAction, on: Around): Performed {
  const { scene, caller } = turn
  const { setting, rules, past } = on
  switch (action.do) {
    case 'read': {
      const { row } = scene
      if (!row) return { turn, event: { is: 'gone' } }
      const { isDead, seen } = rules.judge(row.lease, caller.seen, clocks(scene, caller, setting))
      const { seen: before, ...rest } = caller
      const read = { ...rest, read: open(row), ...(seen && { seen }) }
      const own = setting.callers.find(({ name }) => name === caller.name)
      const isRejected = own?.isRejected === true && row.tokenVersion === 1
      const known = { hasRefreshToken: true, isRejected, leaseDead: isDead }
      return {
        turn: withCaller(turn, read),
        event: { is: 'read', row, ...known, reuse: setting.reuse },
      }
    }
    case 'find': {
      const hand = past().rescue[action.attempt]
      return hand
        ? {
            turn: withCaller(turn, { ...caller, hand }),
            event: { is: 'found', tokenVersion: hand.version },
          }
        : { turn, event: { is: 'nothing' } }
    }
    case 'acquire': {
      const { row, done } = rules.rows.acquire(scene.row, action)
      return {
        turn: row === scene.row ? turn : acquired(turn, row, action.attempt.phase, on),
        event: { is: done ? 'acquired' : 'refused' },
      }
    }
    case 'store': {
      if (!caller.hand) return nothingInHand(turn)
      const { row, done } = rules.rows.store(scene.row, action.guard, renewedTokens(caller.hand))
      return { turn: changed(turn, row), event: { is: done ? 'written' : 'refused' } }
    }
    case 'release': {
      const { row, done } = rules.rows.release(scene.row, action.guard, action.outcome)
      const released = changed(turn, row)
      return {
        turn: done ? takenBack(released) : released,
        event: { is: done ? 'written' : 'refused' },
      }
    }
    case 'rescue': {
      if (!caller.hand) return nothingInHand(turn)
      const rescued = { mark: 'rescued', attempt: action.attempt, held: caller.hand } as const
      return { turn: marked(turn, rescued), event: { is: 'written' } }
    }
    default:
      throw new TypeError(`${action.do} is no action on the stores`)
  }
}

function nothingInHand(turn: Turn): Performed {
  return { turn: violated(turn, 'nothing is in hand'), event: { is: 'failed' } }
}

function acquired(turn: Turn, row: Scene['row'], phase: string, on: Around): Turn {
  const { scene: before, caller } = turn
  const written = changed(overtaken(turn, on), row)
  const { t } = before
  const taken = { ...written, scene: { ...written.scene, leaseTakenAt: t } }
  const version = before.row?.tokenVersion ?? 0
  const after = phase === 'taking-over' ? marked(taken, { mark: 'journaled', version }) : taken
  const { name } = caller
  if (before.isLoggedOut) return violated(after, `${name} takes a lease of an ended session`)
  return before.row?.lease && t - before.leaseTakenAt < LEASE_SECONDS
    ? violated(after, `${name} takes over a lease that has not run out`)
    : after
}

/** Who holds the lease that is taken now. */
function overtaken(turn: Turn, on: Around): Turn {
  const { scene, caller } = turn
  const holder = holderOf(scene)
  if (!holder) return turn
  const isOwing = holder === caller.name ? isOwingUnderLease(caller) : on.isHolderOwing
  return isOwing ? doubted(turn, holder) : turn
}

/** Who retracts an attempt of its own takes back what others had to make of it meanwhile. */
function takenBack(turn: Turn): Turn {
  const { read, state } = turn.caller
  const phase = state?.phase
  const isRetracted = phase?.at === 'releasing' && phase.holding.purpose === 'retract'
  return isRetracted ? marked(turn, { mark: 'taken-back', version: read?.version ?? 0 }) : turn
}

/** Whose lease stands in the row. */
export function holderOf({ row }: Scene): string | undefined {
  return row?.lease?.owner.split('.')[0]
}

/** A write must not bring back what was ended, nor put older tokens in place of newer ones. */
function changed(turn: Turn, row: Scene['row']): Turn {
  const { row: before, isLoggedOut } = turn.scene
  if (row === before) return turn
  const next = { ...turn, scene: { ...turn.scene, row }, wakes: true }
  if (isLoggedOut && (!before || row?.status !== 'ending')) {
    return violated(next, 'an ended session comes back')
  }
  if (row && before && row.tokenVersion < before.tokenVersion) {
    return violated(next, 'older tokens take the place of newer ones')
  }
  if (row && before && row.sealedTokens !== before.sealedTokens) {
    const [, access = 0] = row.sealedTokens
    const [, accessBefore = 0] = before.sealedTokens
    if (access <= accessBefore) return violated(next, 'older tokens take the place of newer ones')
  }
  return next
}
