import http from 'node:http'
import https from 'node:https'

const IDLE_MS = 4_000

/** Connections kept open between requests, for as long as they can be trusted to be alive. */
export interface IdleAgents {
  forUrl(url: URL): http.Agent
}

/**
 * Agents whose idle connections live four seconds at most.
 *
 * Their own timers do not run while Lambda has the instance frozen, so after a pause the old agents
 * are left to expire and new ones begin with no connections.
 */
export function idleAgents(): IdleAgents {
  let agents = newAgents()
  let lastUsedMs = Date.now()

  return {
    forUrl({ protocol }) {
      const nowMs = Date.now()
      if (Math.abs(nowMs - lastUsedMs) > IDLE_MS) agents = newAgents()
      lastUsedMs = nowMs
      return protocol === 'https:' ? agents.https : agents.http
    },
  }
}

function newAgents() {
  const options = { keepAlive: true, timeout: IDLE_MS }
  return { http: new http.Agent(options), https: new https.Agent(options) }
}
