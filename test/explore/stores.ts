import { LEASE_SECONDS } from '#core/tokens/refresh-timing.ts'
import type { RenewalAction, RenewalEvent } from '#core/tokens/renewal.ts'
import { clocks, overtaken, seen, violated, withCaller } from './caller.ts'
import { type Caller, open, type Rules, renewedTokens, type Setting, type World } from './world.ts'

/** Carries out an action on the stores. */
export function perform(
  world: World,
  caller: Caller,
  action: RenewalAction,
  setting: Setting,
  rules: Rules,
): { readonly world: World; readonly event: RenewalEvent } {
  switch (action.do) {
    case 'read': {
      const { row } = world
      if (!row) return { world, event: { is: 'gone' } }
      const { isDead, seen } = rules.judge(row.lease, caller.seen, clocks(world, caller, setting))
      const { seen: before, ...rest } = caller
      const read = { ...rest, read: open(row), ...(seen && { seen }) }
      const own = setting.callers.find(({ name }) => name === caller.name)
      const isRejected = own?.isRejected === true && row.tokenVersion === 1
      const known = { hasRefreshToken: true, isRejected, leaseDead: isDead }
      return {
        world: withCaller(world, read),
        event: { is: 'read', row, ...known, reuse: setting.reuse },
      }
    }
    case 'find': {
      const hand = world.rescue[action.attempt]
      return hand
        ? {
            world: withCaller(world, { ...caller, hand }),
            event: { is: 'found', tokenVersion: hand.version },
          }
        : { world, event: { is: 'nothing' } }
    }
    case 'acquire': {
      const { row, done } = rules.rows.acquire(world.row, action)
      return {
        world:
          row === world.row
            ? world
            : acquired({ ...world, row }, world, caller, action.attempt.phase),
        event: { is: done ? 'acquired' : 'refused' },
      }
    }
    case 'store': {
      if (!caller.hand) return nothingInHand(world)
      const { row, done } = rules.rows.store(world.row, action.guard, renewedTokens(caller.hand))
      return {
        world: changed({ ...world, row }, world),
        event: { is: done ? 'written' : 'refused' },
      }
    }
    case 'release': {
      const { row, done } = rules.rows.release(world.row, action.guard, action.outcome)
      return {
        world: changed({ ...world, row }, world),
        event: { is: done ? 'written' : 'refused' },
      }
    }
    case 'rescue': {
      if (!caller.hand) return nothingInHand(world)
      const rescue = { ...world.rescue, [action.attempt]: caller.hand }
      return { world: { ...world, rescue }, event: { is: 'written' } }
    }
    default:
      throw new TypeError(`${action.do} is no action on the stores`)
  }
}

function nothingInHand(world: World): { readonly world: World; readonly event: RenewalEvent } {
  return { world: violated(world, 'nothing is in hand'), event: { is: 'failed' } }
}

function acquired(next: World, before: World, caller: Caller, phase: string): World {
  const { row } = before
  const version = row?.tokenVersion ?? 0
  const after: World = {
    ...changed(overtaken(next, row?.lease?.owner), before),
    leaseTakenAt: next.t,
    journaled:
      phase === 'taking-over' ? [...new Set([...next.journaled, version])] : next.journaled,
  }
  if (before.isLoggedOut) return violated(after, `${caller.name} takes a lease of an ended session`)
  return row?.lease && next.t - before.leaseTakenAt < LEASE_SECONDS
    ? violated(after, `${caller.name} takes over a lease that has not run out`)
    : after
}

/** A write must not bring back what was ended, nor put older tokens in place of newer ones. */
function changed(written: World, { row: before }: World): World {
  const next = written.row === before ? written : seen(written)
  const { row } = next
  if (row === before) return next
  if (next.isLoggedOut && (!before || row?.status !== 'ending')) {
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

/** Counts a presentation, and judges it. */
export function presented(world: World, caller: Caller, setting: Setting): World {
  const { name, read, state } = caller
  if (!read || state?.phase.at !== 'redeeming') {
    return violated(world, `${name} presents what it has not`)
  }
  const isAgain = state.phase.holding.purpose === 'take-over'
  const [first, again] = world.presented[read.version] ?? [0, 0]
  const counts = isAgain ? ([first, again + 1] as const) : ([first + 1, again] as const)
  const next = { ...world, presented: { ...world.presented, [read.version]: counts } }
  if (counts[0] > 1) return violated(next, 'a refresh token is presented twice')
  if (counts[1] > 1) return violated(next, 'a refresh token is presented a third time')
  if (!isAgain) return next
  if (setting.reuse === 'revokes') {
    return violated(next, 'a refresh token is presented again where that revokes the grant')
  }
  return next.journaled.includes(read.version)
    ? next
    : violated(next, 'a refresh token is presented again, and no journal says so')
}
