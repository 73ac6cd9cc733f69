import type { Grant } from './undecided-server.ts'
import type { Caller, Faults, Held, Past, Rules, Scene, Setting } from './world.ts'

/** What a turn adds to the past. */
export type Mark =
  | { readonly mark: 'rescued'; readonly attempt: string; readonly held: Held }
  | { readonly mark: 'replied'; readonly grant: Grant }
  | { readonly mark: 'sent-late'; readonly refresh: number }
  | { readonly mark: 'presented'; readonly version: number; readonly isAgain: boolean }
  | { readonly mark: 'journaled'; readonly version: number }
  | { readonly mark: 'told'; readonly version: number }
  /** Somebody came back after all, and says that it presented nothing. */
  | { readonly mark: 'taken-back'; readonly version: number }
  | { readonly mark: 'doubted'; readonly name: string }

/** One caller's turn: what it meets, what becomes of it and of the caller, and what others see. */
export interface Turn {
  readonly scene: Scene
  readonly caller: Caller
  /** Everybody who pauses sees a change when it looks again, before the next tick. */
  readonly wakes: boolean
  readonly spends: readonly (keyof Faults)[]
  readonly marks: readonly Mark[]
  /** What went wrong that must not. */
  readonly violation?: string
  /** The same, if nothing else has gone wrong before. */
  readonly violationIfSpared?: string
}

/** All that a turn may depend on beside the scene and the caller; nothing else of the others does. */
export interface Around {
  readonly setting: Setting
  readonly rules: Rules
  /** Somebody else may do something that others must know of. */
  readonly isAnotherBusy: boolean
  /** Somebody else holds the row's lease, and owes word that would come too late without it. */
  readonly isHolderOwing: boolean
  /** Somebody else is under way. */
  readonly isAnotherRunning: boolean
  /** What has come of it all: asked for where a turn depends on it. */
  readonly past: () => Past
}

/** What a caller can do next, and how a trace says it. */
export interface Move {
  readonly label: string
  readonly turn: Turn
}

export type Add = (label: string, turn: Turn) => void

const NOTHING: readonly never[] = []

/** A turn that is about to be taken. */
export function turnOf(scene: Scene, caller: Caller): Turn {
  return { scene, caller, wakes: false, spends: NOTHING, marks: NOTHING }
}

export function withCaller(turn: Turn, caller: Caller): Turn {
  return { ...turn, caller }
}

export function marked(turn: Turn, mark: Mark): Turn {
  return { ...turn, marks: [...turn.marks, mark] }
}

export function spend(turn: Turn, fault: keyof Faults): Turn {
  return { ...turn, spends: [...turn.spends, fault] }
}

export function violated(turn: Turn, violation: string): Turn {
  return { ...turn, violation: turn.violation ?? violation }
}

/** Others cannot know, or not in time, what this caller has presented. */
export function doubted(turn: Turn, name: string): Turn {
  return marked(turn, { mark: 'doubted', name })
}
