import type { Faults } from './world.ts'

const FAULTS = ['crash', 'freeze', 'lost', 'outage', 'logout'] as const

/** Bits for each fault: two to count with, and one that is lent to the subtraction. */
const BITS = 3
const LENT = FAULTS.reduce((all, _, at) => all | (4 << (BITS * at)), 0)

/** How often each fault may come, or comes, in one number: at most three times. */
export function packed(faults: Faults): number {
  return FAULTS.reduce((all, fault, at) => all | (faults[fault] << (BITS * at)), 0)
}

/** The same of a list of them. */
export function packedList(spends: readonly (keyof Faults)[]): number {
  return spends.reduce((all, fault) => all + (1 << (BITS * FAULTS.indexOf(fault))), 0)
}

/** What is left, or a negative number where that is not enough. */
export function leftAfter(left: number, spent: number): number {
  if (spent === 0) return left
  const rest = (left | LENT) - spent
  return (rest & LENT) === LENT ? rest & ~LENT : -1
}

export function hasFreezeLeft(left: number): boolean {
  return ((left >> BITS) & 3) > 0
}
