import type { Node } from 'constructs'

/**
 * The generations of a key that there are, by their numbers. The first is in use; the others are about
 * to be, or were: they are published, or open what they sealed.
 */
export type KeyGenerations = readonly [number, ...number[]]

/**
 * Reads generations from the CDK's context, as `-c sealingKeys=2,1` or a string in `cdk.json`; the
 * first alone where there are none.
 *
 * @throws Error for anything else: what is not understood must not make a key, nor leave one out
 */
export function keyGenerations(node: Node, name: string): KeyGenerations {
  const given: unknown = node.tryGetContext(name) ?? '1'
  if (typeof given !== 'string' || !/^[1-9]\d*(,[1-9]\d*)*$/.test(given)) {
    throw new Error(`${name} is a list of numbers, the one in use first, as 2,1.`)
  }
  const [first = 1, ...others] = given.split(',').map(Number)
  if (new Set([first, ...others]).size <= others.length) {
    throw new Error(`${name} has a number twice.`)
  }
  return [first, ...others]
}

/** The construct's id: the first generation has the plain name. */
export function generationId(name: string, generation: number): string {
  return generation === 1 ? name : `${name}${generation}`
}
