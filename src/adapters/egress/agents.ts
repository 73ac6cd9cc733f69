import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

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
  const options = { keepAlive: true }
  return {
    http: idleOnly(new http.Agent(options)),
    https: idleOnly(new https.Agent(options)),
  }
}

/**
 * Gives an agent's connections their limit of time while they are idle, and only then: an agent's own
 * `timeout` would be set anew by each byte of each request, which costs more than the request.
 */
function idleOnly<Agent extends http.Agent>(agent: Agent): Agent {
  const { keepSocketAlive, reuseSocket } = agent
  const whenIdle = Object.create(agent, {
    options: { value: { timeout: IDLE_MS } },
  })
  return Object.assign(agent, {
    // Where a connection goes is all that ours differ in; Node's own name has every option of TLS.
    getName: ({ host = '', port = '' }: http.ClientRequestArgs = {}) => `${host}:${port}`,
    keepSocketAlive: (socket: Duplex) => keepSocketAlive.call(whenIdle, socket),
    reuseSocket(socket: Socket, request: http.ClientRequest) {
      socket.setTimeout(0)
      reuseSocket.call(agent, socket, request)
    },
  })
}
