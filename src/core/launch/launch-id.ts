/** How log lines name a launch: enough of its state's hash to follow it, and nothing secret. */
export function launchIdOf(stateHash: string): string {
  return stateHash.slice(0, 8)
}
