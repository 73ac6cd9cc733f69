import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { awsClient } from '#adapters/aws-client.ts'
import { eventBridgeBus } from '#adapters/eventbridge/event-bus.ts'
import { secretsManagerReader } from '#adapters/secrets/secret-reader.ts'
import type { Environment, RENEWAL_ENVIRONMENT } from '#contract/environment.ts'
import type { Clock } from '#core/time.ts'

/**
 * Clients of AWS that a request wants whose tokens are renewed, and few others. To be imported when it
 * does: a function that starts need not read them.
 */
export function renewalClients(environment: Environment<typeof RENEWAL_ENVIRONMENT>, now: Clock) {
  return {
    secrets: secretsManagerReader({
      client: new SecretsManagerClient(awsClient('secretsmanager')),
      prefix: environment.CLIENT_SECRETS_PREFIX,
      now,
    }),
    bus: eventBridgeBus({
      client: new EventBridgeClient(awsClient('events')),
      busName: environment.EVENT_BUS_NAME,
    }),
  }
}
