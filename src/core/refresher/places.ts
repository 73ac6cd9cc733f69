/**
 * So many places, taken in the order of asking; whoever finds none waits for one.
 *
 * @returns takes a place, and answers how to leave it; leaving it twice is leaving it once
 */
export function places(count: number): () => Promise<() => void> {
  const waiting: (() => void)[] = []
  let free = count

  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
  return async () => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => void waiting.push(resolve))
    let isTaken = true
    return () => {
      if (isTaken) leave()
      isTaken = false
    }
  }
}
