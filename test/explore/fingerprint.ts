import type { Session } from '#core/session/session-store.ts'
import type { Holding, RenewalState } from '#core/tokens/renewal.ts'
import type { Caller, Past, Scene } from './world.ts'

type RenewalRow = Holding['before']

const idsByText = new Map<string, number>()
const idsByObject = new WeakMap<object, number>()

/** A number for a part of a state: the same for equal parts, and known at once for one met before. */
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

/** What of a row decisions hang on, and its tokens; nothing else of it ever changes but with these. */
function rowText(row: RenewalRow & Partial<Pick<Session, 'sealedTokens'>>): string {
  const { status, createdAt, fence, tokenVersion, accessTokenExpiresAt, refreshDueAt } = row
  const { lease, attempt, failures, nextAttemptAt, sealedTokens } = row
  const times = `${createdAt} ${accessTokenExpiresAt} ${refreshDueAt} ${nextAttemptAt}`
  const held = lease ? `${lease.owner} ${lease.until}` : ''
  const tried = attempt ? `${attempt.id} ${attempt.phase} ${attempt.startedAt}` : ''
  return `r${status} ${fence} ${tokenVersion} ${failures} ${times}|${held}|${tried}|${sealedTokens?.join()}`
}

function holdingText({ before, purpose, guard, attempt, startedMs, startedAt }: Holding): string {
  const tried = `${attempt.id} ${attempt.phase} ${attempt.startedAt}`
  const held = `${guard.owner} ${guard.fence} ${startedMs} ${startedAt}`
  return `h${purpose} ${idOf(before, rowText)} ${held} ${tried}`
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
    'holding' in phase ? idOf(phase.holding, holdingText) : 0,
    facts.join(''),
    idOf(known?.row, rowText),
    idOf(carried),
    state.flight.startedMs,
    state.hasRenewed ? 1 : 0,
    state.unrescued,
    state.unsent,
    state.acquisitions,
  ].join(' ')
}

/** A caller as a short text: two are equal when their texts are. */
export function callerText(caller: Caller): string {
  const { name, mode, startedAt, frozenAt, pausedSeconds, sawLogout, outcome } = caller
  const { seen, state, action, read, hand, post, asleep } = caller
  const numbers = `${startedAt} ${frozenAt} ${pausedSeconds} ${sawLogout ? 1 : 0}`
  const ids = `${idOf(seen)} ${idOf(read)} ${idOf(hand)} ${idOf(post)}`
  const within = action?.do === 'redeem' ? action.withinMs : ''
  const sleep = asleep ? `${asleep.at}${asleep.sees}` : ''
  return `c${name}${mode} ${numbers} ${ids} ${within} ${sleep} ${outcome} ${state ? stateText(state) : ''}`
}

/** The same of a scene. */
export function sceneText({ t, row, leaseTakenAt, isLoggedOut, isDown }: Scene): string {
  // Since when a lease is held matters only while one stands.
  const since = row?.lease ? leaseTakenAt : ''
  return `${t} ${since} ${isLoggedOut ? 1 : 0}${isDown ? 1 : 0} ${idOf(row, rowText)}`
}

/** The same of a past. */
export function pastText({
  rescue,
  grant,
  late,
  presented,
  journaled,
  told,
  doubts,
}: Past): string {
  const attempts = Object.keys(rescue).sort()
  const sets = attempts.map((attempt) => `${attempt}:${idOf(rescue[attempt])}`)
  return JSON.stringify([sets, grant, late, presented, journaled, told, doubts])
}
