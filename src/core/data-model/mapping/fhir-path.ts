import { isObject, type Json, listOf } from './json.ts'

/** Finds what a reference leads to, as far as it was gathered or is contained. */
export type Resolve = (reference: unknown) => Json | undefined

/** A step of a path: what it makes of each value before it. */
type Step = (value: Json, resolve: Resolve) => readonly unknown[]

/** The steps of a path, and whose they are: one place for each path, however often it is walked. */
const parsed = new Map<string, readonly Step[]>()

const WHERE = /^where\(([\w.]+)='([^']*)'\)$/
const EXTENSION = /^extension\('([^']+)'\)$/
const NAME = /^[A-Za-z]\w*$/

/**
 * The values at a path of a resource, in their order. The path is written in a subset of FHIRPath:
 * names, `$this`, `where(name='value')`, `extension('url')` and `resolve()`. An element that is not what FHIR
 * says it is has no values; nothing here throws for what a resource holds.
 *
 * @see [FHIRPath](https://hl7.org/fhirpath/)
 */
export function valuesAt(root: Json, path: string, resolve: Resolve): readonly unknown[] {
  let values: readonly unknown[] = [root]
  for (const step of stepsOf(path)) {
    const next: unknown[] = []
    for (const value of values) if (isObject(value)) next.push(...step(value, resolve))
    if (next.length === 0) return next
    values = next
  }
  return values
}

/** @throws Error for a path that is not in the subset: a mistake of ours */
function stepsOf(path: string): readonly Step[] {
  const known = parsed.get(path)
  if (known) return known
  if (path === '$this') return []
  const steps = (path.match(/(?:[^.'(]|\((?:[^')]|'[^']*')*\))+/g) ?? []).map(stepOf)
  parsed.set(path, steps)
  return steps
}

function stepOf(text: string): Step {
  const [, member = '', wanted] = WHERE.exec(text) ?? []
  if (wanted !== undefined) {
    return (value, resolve) => (valuesAt(value, member, resolve).includes(wanted) ? [value] : [])
  }
  const [, url] = EXTENSION.exec(text) ?? []
  if (url !== undefined) {
    return ({ extension }) => listOf(extension).filter((one) => isObject(one) && one['url'] === url)
  }
  if (text === 'resolve()') {
    return (value, resolve) => {
      const found = resolve(value['reference'])
      return found ? [found] : []
    }
  }
  if (!NAME.test(text)) throw new Error(`Not in the subset of FHIRPath: ${text}`)
  return (value) => listOf(value[text])
}
