/**
 * Lets callers through in the order of asking, each in a turn of the event loop of its own.
 *
 * What is begun in one turn reaches the network in one go: many renewals begun together would be
 * sent, answered and worked off together for as long as a run lasts, and each would wait for the
 * computing of all. Begun a turn apart, one computes while the others wait for their answers.
 */
export function oneATurn(): () => Promise<void> {
  let last = Promise.resolve()
  return () => {
    last = last.then(() => new Promise((resolve) => void setImmediate(resolve)))
    return last
  }
}
