import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { awsClient } from '#adapters/aws-client.ts'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { dynamodbReplayStore } from '#adapters/dynamodb/replay-store.ts'
import { dynamodbSessionReader } from '#adapters/dynamodb/session-reader.ts'
import { createEgress } from '#adapters/egress/egress.ts'
import { readEnvironment, readSigningKeys, readUpstreams } from '#adapters/environment.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'
import { powertoolsEventLog } from '#adapters/powertools/event-log.ts'
import { TOKEN_ENVIRONMENT } from '#contract/environment.ts'
import { SESSION_END_ATTRIBUTES } from '#contract/tables.ts'
import { clientKeys } from '#core/app-token/client-keys.ts'
import { systemClock } from '#core/time.ts'
import { httpHandler } from '#http/http-handler.ts'
import { oauthError } from '#http/oauth-error.ts'
import { tokenHandler } from './handler.ts'

const environment = readEnvironment(TOKEN_ENVIRONMENT)
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient('dynamodb')))
const kms = new KMSClient(awsClient('kms'))
const publicBaseUrl = environment.PUBLIC_BASE_URL
const egress = createEgress({ upstreams: readUpstreams(environment.UPSTREAMS) })
const log = powertoolsEventLog('token')
const now = systemClock

export const handler = httpHandler(
  tokenHandler({
    registry: dynamodbRegistry({ documents, tableName: environment.REGISTRY_TABLE_NAME, now }),
    keys: clientKeys({ egress, now }),
    replays: dynamodbReplayStore({ documents, tableName: environment.LAUNCHES_TABLE_NAME }),
    signer: kmsSigner({ kms, keyArn: environment.TOKENS_KEY_ARN, alg: 'ES256' }),
    assertions: readSigningKeys(environment.ASSERTIONS_KEYS).map((key) =>
      kmsSigner({ kms, ...key }),
    ),
    messages: readSigningKeys(environment.MESSAGES_KEYS).map((key) => kmsSigner({ kms, ...key })),
    tokenUrls: [`${publicBaseUrl}/auth/token`, `${publicBaseUrl}/v2/auth/token`],
    readSessionEnd: dynamodbSessionReader({
      documents,
      tableName: environment.SESSIONS_TABLE_NAME,
      attributes: SESSION_END_ATTRIBUTES,
    }),
    publicBaseUrl,
    log,
    now,
  }),
  log,
  oauthError,
)
