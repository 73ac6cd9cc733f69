import type { Stack } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { AssertionsKeys } from './constructs/assertions-keys.ts'
import { AuditLog } from './constructs/audit-log.ts'
import { BrokerEventBus } from './constructs/broker-event-bus.ts'
import { KeyAccess } from './constructs/key-access.ts'
import { generationId, type StackKeys } from './constructs/key-generations.ts'
import { LaunchesTable } from './constructs/launches-table.ts'
import { MessagesKeys } from './constructs/messages-keys.ts'
import { RegistryTable } from './constructs/registry-table.ts'
import { SamlKeys } from './constructs/saml-keys.ts'
import { SealingKeys } from './constructs/sealing-key.ts'
import { SecretsPrefix } from './constructs/secrets-prefix.ts'
import { SessionsTable } from './constructs/sessions-table.ts'
import { StorageKey } from './constructs/storage-key.ts'
import type { TableGenerations } from './constructs/table-generations.ts'
import { TokensKeys } from './constructs/tokens-keys.ts'

export interface FoundationProps {
  /** Begins the names that are given here. */
  readonly prefix: string
  readonly keyAdministrators: readonly string[] | undefined
  readonly keyUsers: readonly string[] | undefined
  readonly keys: StackKeys
  readonly tables: TableGenerations
  readonly auditRetention: RetentionDays
}

/** What outlives every function: keys, tables, secrets, the record of who read whom, the bus. */
export type Foundation = ReturnType<typeof layFoundation>

/** Makes it, in the stack itself: what keeps data has its place there for ever. */
export function layFoundation(stack: Stack, props: FoundationProps) {
  const { prefix, keys, tables } = props
  const access = new KeyAccess(stack, {
    administrators: props.keyAdministrators,
    users: props.keyUsers,
  })
  const storageKey = new StorageKey(stack, 'StorageKey', { access })
  const secrets = (id: string, name: string) =>
    new SecretsPrefix(stack, id, { prefix, name, storageKey })

  return {
    prefix,
    storageKey,
    sealingKeys: new SealingKeys(stack, keys.sealing, access),
    assertionsKeys: new AssertionsKeys(stack, keys.assertions, access),
    messagesKeys: new MessagesKeys(stack, keys.messages, access),
    tokensKeys: new TokensKeys(stack, keys.tokens, access),
    samlKeys: new SamlKeys(stack, keys, access),
    audit: new AuditLog(stack, 'AuditLog', { retention: props.auditRetention, access }),
    launches: new LaunchesTable(stack, generationId('LaunchesTable', tables.launches), {
      storageKey,
    }),
    sessions: new SessionsTable(stack, generationId('SessionsTable', tables.sessions), {
      storageKey,
    }),
    registry: new RegistryTable(stack, generationId('RegistryTable', tables.registry), {
      storageKey,
    }),
    clientSecrets: secrets('ClientSecrets', 'client-secrets'),
    ssoSecrets: secrets('SsoSecrets', 'sso-secrets'),
    webhookSecrets: secrets('WebhookSecrets', 'webhook-secrets'),
    linkSecrets: secrets('LinkSecrets', 'link-secrets'),
    events: new BrokerEventBus(stack, 'Events', { prefix, storageKey }),
  }
}
