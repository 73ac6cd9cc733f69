import { hasFreezeLeft, leftAfter, packed } from './budget.ts'
import { isWaiting } from './moves.ts'
import { redeemedLate } from './past.ts'
import {
  ANOTHER_BUSY,
  ANOTHER_RUNNING,
  HOLDER_OWING,
  type Steps,
  stepsFor,
  valueAt,
} from './steps.ts'
import { holderOf } from './stores.ts'
import { exchanges, kindsOf, renaming } from './symmetry.ts'
import {
  aCaller,
  firstPast,
  firstScene,
  LAST_START_SECONDS,
  LAST_THAW_SECONDS,
  type Rules,
  type Setting,
  TICK_SECONDS,
} from './world.ts'

/** Words of a state: its scene, its past, what may still go wrong, and its callers, each by number. */
export const SCENE = 0
export const PAST = 1
const LEFT = 2
export const CALLERS = 3

/** Takes one state that comes next; `state` is the same array each time. */
type Emit = (state: Int32Array, label: string, violation: string | undefined) => void

export interface Successors {
  readonly steps: Steps
  readonly width: number
  first(): Int32Array
  /** Goes through all that can happen next. */
  each(state: Int32Array, emit: Emit): void
  isUnderWay(state: Int32Array): boolean
  /** Nobody does anything any more. */
  isOver(state: Int32Array): boolean
}

/**
 * What comes after each state. Reduced, it is gone through in fewer orders, and finds the same.
 *
 * **Callers of one kind** may be exchanged: what comes of one state comes of the other with the names
 * changed, so of the two one is gone on with.
 *
 * **Who presents a refresh token, or is about to hear the answer, goes first**, while nobody is to be
 * frozen: its moves are gone through, and no others before them. Let another's moves come before one
 * of these: put after it, they lead to the same state, for each is independent of it:
 *
 * 1. An answer goes from the post into the caller's own hand. A presentation goes to the
 *    authorization server, which others' moves change only by presentations of their own, and late
 *    requests. Where one of these is about to come, every order is gone through. None can come about
 *    meanwhile without a lease, and ours was taken at this very time, as time stands still while
 *    somebody can act: to take it already breaks a rule, which is judged when it is taken.
 * 2. Others look at this caller only for whether it owes word, as it does before and after.
 * 3. Its crash is one of its moves, and leaves the same behind before others' moves and after.
 * 4. What another's move spends of what may go wrong, a move of ours cannot spend any more; that
 *    order is still gone through, after our move that spends nothing.
 * 5. Nobody is put off for ever: after two such moves it comes to the row, where nobody goes first.
 */
export function successorsFor(setting: Setting, rules: Rules, isReduced: boolean): Successors {
  const steps = stepsFor(setting, rules, isReduced)
  const count = setting.callers.length
  const width = CALLERS + count
  const full = packed(setting.faults)
  const kinds = kindsOf(setting)
  const alike = kinds.map((kind, at) =>
    kinds.map((_, index) => index).filter((index) => index < at && kinds[index] === kind),
  )
  const holders: number[] = []
  const ticked: number[] = []
  const lates: (readonly number[])[] = []
  const swaps = (isReduced ? exchanges(setting) : []).map((exchange) => ({
    positions: exchange.positions,
    scene: renaming(steps.scenes, exchange),
    past: renaming(steps.pasts, exchange),
    caller: renaming(steps.callers, exchange),
  }))
  const next = new Int32Array(width)
  const best = new Int32Array(width)
  const other = new Int32Array(width)

  const word = (words: Int32Array, at: number) => words[at] ?? 0
  const factsAt = (state: Int32Array, at: number) => steps.factsOf(word(state, CALLERS + at))

  /** Of the states that are one but for names, that of the least numbers. */
  const canonical = (state: Int32Array): Int32Array => {
    if (swaps.length === 0) return state
    best.set(state)
    for (const { positions, scene, past, caller } of swaps) {
      for (let from = 0; from < count; from += 1) {
        const to = positions[from] ?? from
        other[CALLERS + to] = caller(word(state, CALLERS + from))
      }
      let order = 0
      for (let at = CALLERS; at < width && order === 0; at += 1)
        order = word(other, at) - word(best, at)
      if (order > 0) continue
      other[LEFT] = word(state, LEFT)
      other[SCENE] = scene(word(state, SCENE))
      other[PAST] = past(word(state, PAST))
      if (order === 0) {
        order = word(other, SCENE) - word(best, SCENE) || word(other, PAST) - word(best, PAST)
      }
      if (order < 0) best.set(other)
    }
    return best
  }

  const holderAt = (scene: number): number => {
    const known = holders[scene]
    if (known !== undefined) return known
    const name = holderOf(valueAt(steps.scenes, scene))
    const at = setting.callers.findIndex((one) => one.name === name)
    holders[scene] = at
    return at
  }

  const moveOf = (state: Int32Array, at: number, emit: Emit): void => {
    const scene = word(state, SCENE)
    const past = word(state, PAST)
    const left = word(state, LEFT)
    const holder = holderAt(scene)
    let others = 0
    for (let one = 0; one < count; one += 1) {
      if (one === at) continue
      const facts = factsAt(state, one)
      if (facts.isBusy) others |= ANOTHER_BUSY
      if (facts.isRunning) others |= ANOTHER_RUNNING
      if (one === holder && facts.isOwingUnderLease) others |= HOLDER_OWING
    }
    for (const step of steps.stepsOf(scene, past, word(state, CALLERS + at), others)) {
      const rest = leftAfter(left, step.spent)
      if (rest < 0) continue
      const { isLoggedOut } = valueAt(steps.scenes, step.scene)
      const after = steps.marked(past, step.marks, isLoggedOut)
      const wrong =
        typeof after === 'string'
          ? after
          : ((rest === full ? step.violationIfSpared : undefined) ?? step.violation)
      next[SCENE] = step.scene
      next[PAST] = typeof after === 'string' ? past : after
      next[LEFT] = rest
      const isChanged = step.wakes || step.scene !== scene
      for (let one = 0; one < count; one += 1) {
        const caller = word(state, CALLERS + one)
        next[CALLERS + one] =
          one === at
            ? step.caller
            : isChanged
              ? steps.lookedAt(step.scene, caller, step.wakes)
              : caller
      }
      emit(canonical(next), step.label, wrong)
    }
  }

  /** Time goes on when nobody who runs can do anything before. */
  const mayTick = (state: Int32Array): boolean => {
    const scene = valueAt(steps.scenes, word(state, SCENE))
    let isRunning = false
    let until = 0
    for (let at = 0; at < count; at += 1) {
      const { caller } = factsAt(state, at)
      if (caller.mode === 'running') {
        isRunning = true
        if (!isWaiting(scene, caller)) return false
      } else if (caller.mode === 'frozen') until = LAST_THAW_SECONDS
      else if (caller.mode === 'idle') until = Math.max(until, LAST_START_SECONDS)
    }
    return isRunning || scene.t < until
  }

  const tick = (state: Int32Array, emit: Emit): void => {
    const scene = word(state, SCENE)
    let later = ticked[scene]
    if (later === undefined) {
      const before = valueAt(steps.scenes, scene)
      later = steps.sceneId({ ...before, t: before.t + TICK_SECONDS })
      ticked[scene] = later
    }
    next.set(state)
    next[SCENE] = later
    for (let at = CALLERS; at < width; at += 1)
      next[at] = steps.lookedAt(later, word(state, at), false)
    emit(canonical(next), `${TICK_SECONDS} s pass`, undefined)
  }

  const arriveLate = (state: Int32Array, emit: Emit): void => {
    const past = word(state, PAST)
    const isLoggedOut = valueAt(steps.scenes, word(state, SCENE)).isLoggedOut
    lates[past] ??= redeemedLate(valueAt(steps.pasts, past)).map((after) =>
      steps.pastId(after, isLoggedOut),
    )
    for (const after of lates[past]) {
      next.set(state)
      next[PAST] = after
      emit(canonical(next), 'the late request arrives', undefined)
    }
  }

  /** Whose moves are independent of all others', if there is one. */
  const firstToGo = (state: Int32Array): number => {
    if (!isReduced || hasFreezeLeft(word(state, LEFT))) return -1
    const isLate = valueAt(steps.pasts, word(state, PAST)).late.length > 0
    let presents = -1
    let presenting = 0
    for (let at = 0; at < count; at += 1) {
      const facts = factsAt(state, at)
      if (facts.isAnswered) return at
      if (!facts.isPresenting) continue
      presents = at
      presenting += 1
    }
    return presenting === 1 && !isLate ? presents : -1
  }

  return {
    steps,
    width,

    first() {
      const scene = firstScene(setting)
      const state = new Int32Array(width)
      state[SCENE] = steps.sceneId(scene)
      state[PAST] = steps.pastId(firstPast(setting), false)
      state[LEFT] = full
      setting.callers.forEach(({ name }, at) => {
        state[CALLERS + at] = steps.callerId(aCaller(name), scene)
      })
      return state
    },

    each(state, emit) {
      const only = firstToGo(state)
      if (only >= 0) {
        moveOf(state, only, emit)
        return
      }
      for (let at = 0; at < count; at += 1) {
        // Of callers of one kind that have not set out, the first does.
        const { mode } = factsAt(state, at).caller
        if (mode === 'done') continue
        if (mode === 'idle' && alike[at]?.some((one) => factsAt(state, one).caller.mode === 'idle'))
          continue
        moveOf(state, at, emit)
      }
      arriveLate(state, emit)
      if (mayTick(state)) tick(state, emit)
    },

    isUnderWay(state) {
      for (let at = 0; at < count; at += 1) if (factsAt(state, at).isRunning) return true
      return false
    },

    isOver(state) {
      for (let at = 0; at < count; at += 1) {
        if (factsAt(state, at).caller.mode !== 'done') return false
      }
      return true
    },
  }
}
