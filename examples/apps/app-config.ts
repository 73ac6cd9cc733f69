import type { BrokerClientOptions } from '@sallyport/client'

/** What an app is told when it is registered, and what it keeps secret. */
export interface AppConfig extends BrokerClientOptions {
  /** Where the app is reached, without a final slash. */
  readonly origin: string
  readonly ssoSecret: string
  /** The id of the app's SSO destination. */
  readonly destinationId: string
  readonly webhookSecret: string
}

/**
 * The same from the environment, as a deployed app has it.
 *
 * @throws Error that names the variable that is missing
 */
export function configFrom(environment: Readonly<Record<string, string | undefined>>): AppConfig {
  const read = (name: string): string => {
    const value = environment[name]
    if (!value) throw new Error(`${name} is not set`)
    return value
  }
  return {
    origin: read('APP_ORIGIN'),
    base: read('SALLYPORT_BASE'),
    clientId: read('SALLYPORT_CLIENT_ID'),
    key: JSON.parse(read('SALLYPORT_KEY')),
    ssoSecret: read('SSO_SECRET'),
    destinationId: read('SSO_DESTINATION_ID'),
    webhookSecret: read('WEBHOOK_SECRET'),
  }
}
