export { type AppToken, type AppTokenOptions, appToken, type TokenWish } from './app-token.ts'
export { type BrokerClient, type BrokerClientOptions, brokerClient } from './broker-client.ts'
export {
  ClientError,
  type ClientErrorCode,
  EhrDownError,
  FhirRefusedError,
  LaunchAgainError,
  type LaunchAgainReason,
  SessionOverError,
} from './client-error.ts'
export type { FhirBundle, PageOptions } from './pages.ts'
export { safeUrl } from './safe-url.ts'
export type { SessionClient, SessionDescription } from './session-client.ts'
export { sessionKey } from './session-key.ts'
export { memorySessionStore, type SessionStore } from './session-store.ts'
export { hasSession, type SignOnMessage, type SsoMessage } from './sso-message.ts'
export {
  type SsoTrust,
  type VerifiedSsoMessage,
  verifySsoMessage,
} from './verify-sso-message.ts'
export {
  type ReceivedWebhook,
  verifyWebhook,
  type WebhookEvent,
  type WebhookTrust,
} from './verify-webhook.ts'
export {
  type OpenedVisit,
  type ReceivedHeaders,
  type Visit,
  type Visits,
  type VisitsOptions,
  visits,
} from './visits.ts'
