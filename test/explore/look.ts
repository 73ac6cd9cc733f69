import { act } from './act.ts'
import { advance } from './caller.ts'
import { isWakeable } from './moves.ts'
import { type Around, type Turn, turnOf } from './turn.ts'
import type { Caller, Scene } from './world.ts'

/**
 * Everybody who waits looks again a dozen times in a tick. A look that changes nothing but when the
 * next one is concerns nobody else, so it is taken at once, and not in every order with all else.
 */
export function looked(scene: Scene, caller: Caller, on: Around): Caller {
  const isPolling = caller.mode === 'running' && caller.state?.phase.at === 'waiting'
  if (!isPolling || !isWakeable(scene, caller)) return caller
  const looks: Turn[] = []
  act(advance(turnOf(scene, caller), { is: 'slept' }, on), on, (_, look) => looks.push(look))
  const [look] = looks
  return look && looks.length === 1 && isIdle(look) ? look.caller : caller
}

function isIdle({ caller, violation }: Turn): boolean {
  return !violation && caller.asleep !== undefined && caller.state?.phase.at === 'waiting'
}
