import type { LookupFunction } from 'node:net'
import type { Agent } from 'undici'
import UndiciAgent from 'undici/lib/dispatcher/agent.js'

const IDLE_MS = 4_000

/** An agent tells how long its connections stay open, and where they may lead. */
export interface FreshAgents {
  /** Of connections that are kept between requests, for as long as they can be trusted to be alive. */
  kept(): Agent
  /** Of one request's connection. To be closed once it has that. */
  forOne(): Agent
}

/**
 * Agents whose idle connections live four seconds at most, and a second less than their server says.
 *
 * Their own timers do not run while Lambda has the instance frozen, so after a pause the old agent
 * is closed, which waits for what is under way, and a new one begins with no connections.
 */
export function freshAgents(lookup: LookupFunction): FreshAgents {
  const newAgent = () =>
    new UndiciAgent({
      connect: { lookup },
      allowH2: false,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      keepAliveTimeoutThreshold: 1_000,
      // Whoever sends keeps to limits of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  let agent = newAgent()
  let lastUsedMs = Date.now()

  return {
    kept() {
      const nowMs = Date.now()
      if (Math.abs(nowMs - lastUsedMs) > IDLE_MS) {
        void agent.close()
        agent = newAgent()
      }
      lastUsedMs = nowMs
      return agent
    },
    forOne: newAgent,
  }
}
