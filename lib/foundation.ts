import type { Stack } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { AssertionsKeys } from './constructs/assertions-keys.ts'
import { AuditLog } from './constructs/audit-log.ts'
import { BrokerEventBus } from './constructs/broker-event-bus.ts'
import { KeyAccess } from './constructs/key-access.ts'
import {
  generationId,
  type KeyGenerations,
  type SigningGeneration,
} from './constructs/key-generations.ts'
import { LaunchesTable } from './constructs/launches-table.ts'
import { MessagesKeys } from './constructs/messages-keys.ts'
import { RegistryTable } from './constructs/registry-table.ts'
import { SamlKeys } from './constructs/saml-keys.ts'
import { SealingKeys } from './constructs/sealing-key.ts'
import { SecretsPrefix } from './constructs/secrets-prefix.ts'
import { SessionsTable } from './constructs/sessions-table.ts'
import { SigningKey } from './constructs/signing-key.ts'
import { StorageKey } from './constructs/storage-key.ts'
import type { TableGenerations } from './constructs/table-generations.ts'

export interface FoundationProps {
  /** Begins the names that are given here. */
  readonly prefix: string
  readonly keyAdministrators: readonly string[] | undefined
  readonly keyUsers: readonly string[] | undefined
  /** The keys that session tokens are sealed under: the first seals, all open. */
  readonly sealingKeys: KeyGenerations
  /** The keys of client assertions: of each algorithm the first signs, all are published. */
  readonly assertionsKeys: readonly [SigningGeneration, ...SigningGeneration[]]
  readonly tables: TableGenerations
  readonly auditRetention: RetentionDays
}

/** What outlives every function: keys, tables, secrets, the record of who read whom, the bus. */
export type Foundation = ReturnType<typeof layFoundation>

/** Makes it, in the stack itself: what keeps data has its place there for ever. */
export function layFoundation(stack: Stack, props: FoundationProps) {
  const { prefix, tables } = props
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
    sealingKeys: new SealingKeys(stack, props.sealingKeys, access),
    assertionsKeys: new AssertionsKeys(stack, props.assertionsKeys, access),
    messagesKeys: new MessagesKeys(stack, access),
    tokensKey: new SigningKey(stack, 'TokensKey', {
      signs: 'access tokens for apps',
      algorithm: 'ES256',
      access,
    }),
    samlKeys: new SamlKeys(stack, access),
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
