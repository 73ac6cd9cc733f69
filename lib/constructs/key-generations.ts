import type { Node } from 'constructs'
import { fromContext } from '../deployments/from-context.ts'

/**
 * The generations of a key that there are, by their numbers. The first is in use; the others are about
 * to be, or were: they are published, or open what they sealed.
 */
export type KeyGenerations = readonly [number, ...number[]]

/**
 * Reads generations from the CDK's context, as `-c sealingKeys=2,1` or a string in `cdk.json`, or
 * those of the deployment; the first alone where there are none.
 *
 * @throws Error for anything else: what is not understood must not make a key, nor leave one out
 */
function keyGenerations(node: Node, name: string, deployed?: string): KeyGenerations {
  return parseGenerations(fromContext(node, name, deployed) ?? '1', name)
}

function parseGenerations(given: unknown, name: string): KeyGenerations {
  if (typeof given !== 'string' || !/^[1-9]\d*(,[1-9]\d*)*$/.test(given)) {
    throw new Error(`${name} is a list of numbers, the one in use first, as 2,1.`)
  }
  const [first = 1, ...others] = given.split(',').map(Number)
  if (new Set([first, ...others]).size <= others.length) {
    throw new Error(`${name} has a number twice.`)
  }
  return [first, ...others]
}

/** A generation of a key that signs client assertions; what it is for it stays for. */
export interface SigningGeneration {
  readonly generation: number
  readonly algorithm: 'RS384' | 'ES384'
}

/**
 * As {@link keyGenerations}, with the algorithm of each that is not for RS384, as `2-ES384,1`.
 *
 * @throws Error for anything else
 */
function signingGenerations(
  node: Node,
  name: string,
  deployed?: string,
): readonly [SigningGeneration, ...SigningGeneration[]] {
  const given = fromContext(node, name, deployed) ?? '1'
  const plain = typeof given === 'string' ? given.replaceAll('-ES384', '') : given
  const generations = parseGenerations(plain, name)
  const elliptic = typeof given === 'string' ? given.split(',').map((one) => one.includes('-')) : []
  const [first, ...others] = generations.map(
    (generation, index): SigningGeneration => ({
      generation,
      algorithm: elliptic[index] ? 'ES384' : 'RS384',
    }),
  )
  if (!first) throw new Error(`${name} is empty.`)
  return [first, ...others]
}

/** The generations of each kind of key that has some. */
export interface StackKeys {
  /** Session tokens are sealed under them: the first seals, all open. */
  readonly sealing: KeyGenerations
  /** Of client assertions: of each algorithm the first signs, all are published. */
  readonly assertions: readonly [SigningGeneration, ...SigningGeneration[]]
  /** Of apps' access tokens: the first signs, all are taken. */
  readonly tokens: KeyGenerations
  /** Of SSO messages, a pair each: the first signs, all are published. */
  readonly messages: KeyGenerations
  /** Of messages to SAML identity providers: the first signs, all are in the metadata. */
  readonly samlSigning: KeyGenerations
  /** What SAML identity providers encrypt to: the first is in the metadata, all decrypt. */
  readonly samlEncryption: KeyGenerations
}

/**
 * The generations of all keys, of the context or of the deployment.
 *
 * @throws Error for a list that is not understood
 */
export function stackKeys(
  node: Node,
  deployed: Readonly<Partial<Record<keyof StackKeys, string | undefined>>>,
): StackKeys {
  return {
    sealing: keyGenerations(node, 'sealingKeys', deployed.sealing),
    assertions: signingGenerations(node, 'assertionsKeys', deployed.assertions),
    tokens: keyGenerations(node, 'tokensKeys', deployed.tokens),
    messages: keyGenerations(node, 'messagesKeys', deployed.messages),
    samlSigning: keyGenerations(node, 'samlSigningKeys', deployed.samlSigning),
    samlEncryption: keyGenerations(node, 'samlEncryptionKeys', deployed.samlEncryption),
  }
}

/** The id of a key or a table: the first generation has the plain name. */
export function generationId(name: string, generation: number): string {
  return generation === 1 ? name : `${name}${generation}`
}
