/** Makes a thing when it is asked for, once: what few of an instance's requests need, its start need not pay for. */
export function onFirstUse<Thing>(make: () => Thing): () => Thing {
  let made: { readonly thing: Thing } | undefined
  return () => {
    made ??= { thing: make() }
    return made.thing
  }
}
