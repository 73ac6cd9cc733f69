import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { awsClient } from '#adapters/aws-client.ts'
import { dynamodbOneTimeStore } from '#adapters/dynamodb/one-time-store.ts'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { createEgress } from '#adapters/egress/egress.ts'
import { readEnvironment, readSigningKeys, readUpstreams } from '#adapters/environment.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'
import { powertoolsEventLog } from '#adapters/powertools/event-log.ts'
import { powertoolsMetrics } from '#adapters/powertools/metrics.ts'
import { secretsManagerReader } from '#adapters/secrets/secret-reader.ts'
import { LAUNCH_ENVIRONMENT } from '#contract/environment.ts'
import { cachedDiscovery } from '#core/discovery/cached-discovery.ts'
import { systemClock } from '#core/time.ts'
import { httpHandler } from '#http/http-handler.ts'
import { errorPage } from '#http/pages/error-page.ts'
import { type LinkDeps, launchHandler } from './handler.ts'
import { wireLinks } from './wire-links.ts'

const environment = readEnvironment(LAUNCH_ENVIRONMENT)
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient('dynamodb')))
const secretsManager = new SecretsManagerClient(awsClient('secretsmanager'))
const kms = new KMSClient(awsClient('kms'))
const egress = createEgress({ upstreams: readUpstreams(environment.UPSTREAMS) })
const log = powertoolsEventLog('launch')
const metrics = powertoolsMetrics()
const now = systemClock

let links: LinkDeps | undefined

export const handler = httpHandler(
  launchHandler({
    registry: dynamodbRegistry({ documents, tableName: environment.REGISTRY_TABLE_NAME, now }),
    discovery: cachedDiscovery({ egress, log, now }),
    launches: dynamodbOneTimeStore({
      documents,
      tableName: environment.LAUNCHES_TABLE_NAME,
      kind: 'launch',
      now,
    }),
    redirectUri: `${environment.PUBLIC_BASE_URL}/redirect`,
    egress,
    secrets: secretsManagerReader({
      client: secretsManager,
      prefix: environment.CLIENT_SECRETS_PREFIX,
      now,
    }),
    signers: readSigningKeys(environment.ASSERTIONS_KEYS).map((key) => kmsSigner({ kms, ...key })),
    publicBaseUrl: environment.PUBLIC_BASE_URL,
    metrics,
    links: () => {
      links ??= wireLinks(environment, { documents, egress, secretsManager, metrics, log, now })
      return links
    },
    log,
    now,
  }),
  log,
  errorPage,
)
