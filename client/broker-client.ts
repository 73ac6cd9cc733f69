import { type AppToken, type AppTokenOptions, appToken } from './app-token.ts'
import { ClientError } from './client-error.ts'
import { type SessionClient, sessionClient } from './session-client.ts'

export interface BrokerClientOptions extends Omit<AppTokenOptions, 'tokenUrl'> {
  /** The API base, exactly as its operator gives it. Tokens and SessionIDs are sent there only. */
  readonly base: string
}

/** The broker, as an app's server sees it. One for each process: it keeps tokens in memory. */
export interface BrokerClient {
  readonly base: string
  /** The app's own credential. */
  readonly token: AppToken
  /**
   * What can be done in a session.
   *
   * @param meta `Meta` of the SSO message, as it was received or as it was kept
   * @throws ClientError `address_foreign` for a session that is not of this broker
   */
  session(meta: { readonly SessionID: string; readonly SessionBaseURL: string }): SessionClient
}

/** Knows the app to the broker, and gives a client for each of its sessions. */
export function brokerClient({ base, ...options }: BrokerClientOptions): BrokerClient {
  const token = appToken({ ...options, tokenUrl: `${base}/auth/token` })

  return {
    base,
    token,
    session({ SessionID: sessionId, SessionBaseURL: baseUrl }) {
      if (!baseUrl.startsWith(`${base}/fhir/`)) {
        throw new ClientError('address_foreign', 'The session is not one of this broker')
      }
      const { fetch } = options
      return sessionClient({ base, baseUrl, sessionId, token, ...(fetch && { fetch }) })
    },
  }
}
