import type { RenewalState } from '#core/tokens/renewal.ts'
import type { Caller, World } from './world.ts'

const idsByText = new Map<string, number>()
const idsByObject = new WeakMap<object, number>()

/** A number for a part of a world: the same for equal parts, and known at once for one met before. */
function idOf<Part extends object>(
  part: Part | undefined,
  text: (part: Part) => string = JSON.stringify,
): number {
  if (!part) return 0
  const known = idsByObject.get(part)
  if (known !== undefined) return known
  const key = text(part)
  const id = idsByText.get(key) ?? idsByText.size + 1
  idsByText.set(key, id)
  idsByObject.set(part, id)
  return id
}

function stateText({ known, phase, carried, ...state }: RenewalState): string {
  const { row, ...facts } = known ?? {}
  const holding = 'holding' in phase ? phase.holding : undefined
  const { before, ...held } = holding ?? {}
  const rest = [state.flight.startedMs, state.hasRenewed, state.unrescued, state.acquisitions]
  return JSON.stringify([
    phase.at,
    'tries' in phase ? phase.tries : 0,
    'purpose' in phase ? phase.purpose : '',
    'untilMs' in phase ? phase.untilMs : 0,
    'outcome' in phase ? [phase.outcome, phase.note] : 0,
    held,
    idOf(before),
    facts,
    idOf(row),
    carried,
    ...rest,
  ])
}

function callerText(caller: Caller): string {
  const { name, mode, startedAt, frozenAt, pausedSeconds, sawLogout, outcome } = caller
  const { seen, state, action, read, hand, post, asleep } = caller
  const numbers = [startedAt, frozenAt, pausedSeconds, sawLogout ? 1 : 0].join(' ')
  const ids = [idOf(seen), idOf(state, stateText), idOf(action), idOf(read), idOf(hand)].join(' ')
  const sleep = asleep ? `${asleep.at}${asleep.sees}` : ''
  return `c${name}${mode} ${numbers} ${ids} ${idOf(post)} ${sleep} ${outcome}`
}

/** A world as a short text: two are equal when their texts are. */
export function fingerprint(world: World): string {
  const { t, row, leaseTakenAt, isLoggedOut, rescue, server, isDown, left, callers } = world
  const { late, presented, journaled, told, doubts } = world
  const flags = (isLoggedOut ? 1 : 0) + (isDown ? 2 : 0)
  const parts = [row, rescue, server, left, late, presented, journaled, told].map((part) =>
    idOf(part),
  )
  const callerIds = callers.map((caller) => idOf(caller, callerText))
  // Since when a lease is held matters only while one stands.
  const since = row?.lease ? leaseTakenAt : ''
  return `${t} ${since} ${flags} ${doubts} ${parts.join(' ')} ${callerIds.join(' ')}`
}
