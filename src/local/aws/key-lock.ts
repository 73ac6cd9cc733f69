/** Runs work one at a time for each key; work of different keys runs side by side. */
export type KeyLock = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>

export function keyLock(): KeyLock {
  const tails = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const turn = (tails.get(key) ?? Promise.resolve()).then(work)
    const settled = turn.catch(() => undefined)
    tails.set(key, settled)
    void settled.then(() => {
      if (tails.get(key) === settled) tails.delete(key)
    })
    return turn
  }
}
