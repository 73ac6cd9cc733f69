/**
 * Lets callers through in the order of asking, each in a turn of the event loop of its own: at once
 * where nobody was let through in this one.
 *
 * What is begun in one turn reaches the network in one go: many renewals begun together would be
 * sent, answered and worked off together for as long as a run lasts, and each would wait for the
 * computing of all. Begun a turn apart, one computes while the others wait for their answers.
 */
export function oneATurn(): () => Promise<void> {
  const waiting: (() => void)[] = []
  let isTaken = false

  const nextTurn = (): void => {
    const pass = waiting.shift()
    isTaken = pass !== undefined
    if (!pass) return
    setImmediate(nextTurn)
    pass()
  }
  return async () => {
    if (isTaken) return new Promise((resolve) => void waiting.push(resolve))
    isTaken = true
    setImmediate(nextTurn)
  }
}
