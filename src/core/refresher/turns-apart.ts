/**
 * Lets callers through in the order of asking, two turns of the event loop apart: at once where nobody
 * was let through so lately.
 *
 * What is begun in one turn reaches the network in one go: many renewals begun together would be
 * sent, answered and worked off together for as long as a run lasts, and each would wait for the
 * computing of all. Begun apart, one computes while the others wait for their answers. A renewal
 * opens its tokens in one turn and sends them in the next, hence two.
 */
export function turnsApart(): () => Promise<void> {
  const waiting: (() => void)[] = []
  let isTaken = false

  const nextTurn = (): void => {
    const pass = waiting.shift()
    isTaken = pass !== undefined
    if (!pass) return
    awaitTurn()
    pass()
  }
  const awaitTurn = () => void setImmediate(() => void setImmediate(nextTurn))

  return async () => {
    if (isTaken) return new Promise((resolve) => void waiting.push(resolve))
    isTaken = true
    awaitTurn()
  }
}
