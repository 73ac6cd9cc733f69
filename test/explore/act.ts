import type { RenewalAction, RenewalEvent } from '#core/tokens/renewal.ts'
import { advance, clocks } from './caller.ts'
import { perform } from './stores.ts'
import {
  type Add,
  type Around,
  doubted,
  marked,
  spend,
  type Turn,
  violated,
  withCaller,
} from './turn.ts'
import { replies } from './undecided-server.ts'
import { OF_TABLE, type Post } from './world.ts'

/** What may come of a caller's action on the stores, or at the authorization server. */
export function act(turn: Turn, on: Around, add: Add): void {
  const { scene, caller } = turn
  const { name, action, mode } = caller
  const { faults } = on.setting
  if (mode !== 'running' || !action || caller.asleep) {
    add(`${name} ${mode === 'running' ? 'pauses' : 'ends'}`, turn)
    return
  }
  if (action.do === 'redeem') {
    present(turn, action.withinMs, on, add)
    return
  }

  const label = `${name}: ${describe(action)}`
  const failed: RenewalEvent = { is: 'failed' }
  const isWrite = action.do !== 'read' && action.do !== 'find'
  const isOfTable = OF_TABLE.has(action.do)
  if (isOfTable && scene.isDown) {
    add(`${label} fails`, advance(turn, failed, on))
    return
  }
  if (isOfTable && isWrite && faults.outage > 0) {
    const away = { ...spend(turn, 'outage'), scene: { ...scene, isDown: true } }
    add(`${label} fails, the table is away`, advance(away, failed, on))
  }

  const done = perform(turn, action, on)
  const after = advance(done.turn, done.event, on)
  const next = after.caller
  // Looking on the second path is a step of its own where somebody could put something there.
  if (next.action?.do === 'find' && !next.asleep && !on.isAnotherBusy) {
    act(after, on, (_, found) => add(`${label}, and the second path`, found))
  } else add(label, after)

  if (!isWrite || faults.lost === 0) return
  const lost = spend(done.turn, 'lost')
  add(`${label}, and its answer is lost`, advance(lost, failed, on))
  const again = perform(lost, action, on)
  add(`${label}, repeated by the SDK`, advance(again.turn, again.event, on))
}

/** A refresh token goes out, and is answered; or the answer is lost, or the request is late. */
function present(turn: Turn, withinMs: number, on: Around, add: Add): void {
  const { scene, caller } = turn
  const { name, read, state } = caller
  if (!read || state?.phase.at !== 'redeeming') {
    add(`${name} presents`, violated(turn, `${name} presents what it has not`))
    return
  }
  const { version, refresh } = read
  const isAgain = state.phase.holding.purpose === 'take-over'
  const out = marked(turn, { mark: 'presented', version, isAgain })
  const lost = doubted(spend(out, 'lost'), name)
  const label = `${name} presents the refresh token${isAgain ? ' again' : ''}`
  const { ms } = clocks(scene, caller, on.setting)
  const post: Post = { sentMs: ms, withinMs, version, isSilent: false }
  const silent = { ...caller, post: { ...post, isSilent: true } }

  for (const { grant, pair } of replies(on.past().grant, refresh)) {
    const answered = { ...caller, post: { ...post, ...(pair && { pair }) } }
    const replied = { mark: 'replied', grant } as const
    add(label, withCaller(marked(out, replied), answered))
    if (on.setting.faults.lost === 0) continue
    add(`${label}, and the answer is lost`, withCaller(marked(lost, replied), silent))
  }
  if (on.setting.faults.lost === 0) return
  const late = marked(lost, { mark: 'sent-late', refresh })
  add(`${label}, and the request is late`, withCaller(late, silent))
}

function describe(action: RenewalAction): string {
  switch (action.do) {
    case 'acquire':
      return `acquire (fence ${action.fence}, ${action.attempt.phase})`
    case 'release': {
      const { status, attempt } = action.outcome
      return `release (${status}${attempt ? `, ${attempt.phase}` : ''})`
    }
    default:
      return action.do
  }
}
