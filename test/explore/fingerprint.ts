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

/** What a caller does next follows from this; but not for how long it waits for an answer. */
function stateText({ known, phase, carried, ...state }: RenewalState): string {
  const facts = known ? [known.hasRefreshToken, known.isRejected, known.leaseDead].map(Number) : []
  return [
    phase.at,
    'tries' in phase ? phase.tries : 0,
    'purpose' in phase ? phase.purpose : '',
    'untilMs' in phase ? phase.untilMs : 0,
    'outcome' in phase ? idOf(phase.outcome) : 0,
    'note' in phase ? idOf(phase.note) : 0,
    'holding' in phase ? idOf(phase.holding) : 0,
    facts.join(''),
    idOf(known?.row),
    idOf(carried),
    state.flight.startedMs,
    state.hasRenewed ? 1 : 0,
    state.unrescued,
    state.unsent,
    state.acquisitions,
  ].join(' ')
}

function callerText(caller: Caller): string {
  const { name, mode, startedAt, frozenAt, pausedSeconds, sawLogout, outcome } = caller
  const { seen, state, action, read, hand, post, asleep } = caller
  const numbers = `${startedAt} ${frozenAt} ${pausedSeconds} ${sawLogout ? 1 : 0}`
  const ids = `${idOf(seen)} ${idOf(state, stateText)} ${idOf(read)} ${idOf(hand)} ${idOf(post)}`
  const within = action?.do === 'redeem' ? action.withinMs : ''
  const sleep = asleep ? `${asleep.at}${asleep.sees}` : ''
  return `c${name}${mode} ${numbers} ${ids} ${within} ${sleep} ${outcome}`
}

/** A world as a short text: two are equal when their texts are. */
export function fingerprint(world: World): string {
  const { t, row, leaseTakenAt, isLoggedOut, rescue, server, isDown, left, callers } = world
  const { late, presented, journaled, told, doubts } = world
  const flags = (isLoggedOut ? 1 : 0) + (isDown ? 2 : 0)
  const parts = [row, rescue, server, late, presented, journaled, told].map((part) => idOf(part))
  const callerIds = callers.map((caller) => idOf(caller, callerText))
  const { crash, freeze, lost, outage, logout } = left
  const still = (((crash * 3 + freeze) * 3 + lost) * 3 + outage) * 3 + logout
  // Since when a lease is held matters only while one stands.
  const since = row?.lease ? leaseTakenAt : ''
  return `${t} ${since} ${flags} ${still} ${doubts.join()} ${parts.join(' ')} ${callerIds.join(' ')}`
}
