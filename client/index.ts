export { type AppToken, type AppTokenOptions, appToken, type TokenWish } from './app-token.ts'
export { ClientError, type ClientErrorCode } from './client-error.ts'
export { sessionKey } from './session-key.ts'
export type { SsoMessage } from './sso-message.ts'
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
