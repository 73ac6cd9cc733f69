import { randomBytes, randomUUID } from 'node:crypto'
import * as z from 'zod'
import { stateFile } from '#local/state-file.ts'
import { AwsError } from './aws-error.ts'
import { type AwsService, operation } from './aws-service.ts'

interface SecretVersion {
  readonly id: string
  readonly stages: readonly string[]
  readonly value: SecretValue
  readonly createdAt: number
}

interface SecretRecord {
  readonly name: string
  readonly arn: string
  readonly kmsKeyId?: string
  readonly description?: string
  readonly createdAt: number
  readonly deletedAt?: number
  readonly versions: readonly SecretVersion[]
}

const secretValue = {
  SecretString: z.string().optional(),
  SecretBinary: z.base64().optional(),
}
const SECRET_VALUE = z.object(secretValue)
type SecretValue = z.output<typeof SECRET_VALUE>

const SecretId = z.string().min(1)
const ClientRequestToken = z.string().min(32).max(64).optional()

/**
 * Secrets Manager: versions and their stages, as much of it as rotation by hand needs.
 *
 * `arnPrefix` is `arn:<partition>:secretsmanager:<region>:<account>:`.
 */
export function secretsManagerService(arnPrefix: string, file?: string): AwsService {
  const secrets = stateFile<SecretRecord>(file)

  const find = (id: string): SecretRecord => {
    const found = [...secrets.entries()].find(([name, { arn }]) => name === id || arn === id)?.[1]
    if (!found) throw notFound("Secrets Manager can't find the specified secret.")
    return found
  }
  const findLive = (id: string): SecretRecord => {
    const secret = find(id)
    if (secret.deletedAt === undefined) return secret
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    )
  }

  return {
    CreateSecret: operation(
      z.object({
        Name: z.string().regex(/^[\w/+=.@-]{1,512}$/),
        Description: z.string().optional(),
        KmsKeyId: z.string().optional(),
        ClientRequestToken,
        ...secretValue,
      }),
      ({ Name, Description, KmsKeyId, ClientRequestToken: token, ...value }) => {
        if (secrets.get(Name)) {
          throw new AwsError(
            'ResourceExistsException',
            `The operation failed because the secret ${Name} already exists.`,
          )
        }
        const version = hasValue(value) ? newVersion(token, value, ['AWSCURRENT']) : undefined
        const secret: SecretRecord = {
          name: Name,
          arn: `${arnPrefix}secret:${Name}-${randomBytes(3).toString('hex')}`,
          createdAt: nowSeconds(),
          versions: version ? [version] : [],
          ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
          ...(Description !== undefined && { description: Description }),
        }
        secrets.set(Name, secret)
        return { ...identity(secret), ...(version && { VersionId: version.id }) }
      },
    ),

    PutSecretValue: operation(
      z.object({
        SecretId,
        ClientRequestToken,
        VersionStages: z.array(z.string().min(1)).min(1).max(20).default(['AWSCURRENT']),
        ...secretValue,
      }),
      ({ SecretId: id, ClientRequestToken: token, VersionStages: stages, ...value }) => {
        const secret = findLive(id)
        if (!hasValue(value)) {
          throw new AwsError(
            'InvalidRequestException',
            'You must provide either SecretString or SecretBinary.',
          )
        }
        const repeated = secret.versions.find((version) => version.id === token)
        if (repeated && !sameValue(repeated.value, value)) {
          throw new AwsError(
            'ResourceExistsException',
            "You can't use ClientRequestToken because it is already in use for a different secret value.",
          )
        }
        const added = repeated ?? newVersion(token, value, stages)
        if (!repeated) {
          const versions = addVersion(secret.versions, added)
          secrets.set(secret.name, { ...secret, versions })
        }
        return { ...identity(secret), VersionId: added.id, VersionStages: added.stages }
      },
    ),

    GetSecretValue: operation(
      z.object({
        SecretId,
        VersionId: z.string().optional(),
        VersionStage: z.string().optional(),
      }),
      ({ SecretId: id, VersionId, VersionStage }) => {
        const secret = findLive(id)
        const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined)
        const version = secret.versions.find(
          (candidate) =>
            (VersionId === undefined || candidate.id === VersionId) &&
            (stage === undefined || candidate.stages.includes(stage)),
        )
        if (!version) {
          throw notFound(
            VersionId === undefined
              ? `Secrets Manager can't find the specified secret value for staging label: ${stage}`
              : `Secrets Manager can't find the specified secret value for VersionId: ${VersionId}`,
          )
        }
        return {
          ...identity(secret),
          VersionId: version.id,
          VersionStages: version.stages,
          CreatedDate: version.createdAt,
          ...version.value,
        }
      },
    ),

    DescribeSecret: operation(z.object({ SecretId }), ({ SecretId: id }) => {
      const secret = find(id)
      return {
        ...identity(secret),
        CreatedDate: secret.createdAt,
        VersionIdsToStages: Object.fromEntries(
          secret.versions
            .filter(({ stages }) => stages.length > 0)
            .map((version) => [version.id, version.stages]),
        ),
        ...(secret.kmsKeyId !== undefined && { KmsKeyId: secret.kmsKeyId }),
        ...(secret.description !== undefined && { Description: secret.description }),
        ...(secret.deletedAt !== undefined && { DeletedDate: secret.deletedAt }),
      }
    }),

    ListSecretVersionIds: operation(
      z.object({ SecretId, IncludeDeprecated: z.boolean().default(false) }),
      ({ SecretId: id, IncludeDeprecated }) => {
        const secret = find(id)
        const versions = secret.versions.filter(
          ({ stages }) => IncludeDeprecated || stages.length > 0,
        )
        return {
          ...identity(secret),
          Versions: versions.map((version) => ({
            VersionId: version.id,
            VersionStages: version.stages,
            CreatedDate: version.createdAt,
          })),
        }
      },
    ),

    UpdateSecretVersionStage: operation(
      z.object({
        SecretId,
        VersionStage: z.string().min(1),
        RemoveFromVersionId: z.string(),
      }),
      ({ SecretId: id, VersionStage: stage, RemoveFromVersionId: from }) => {
        const secret = findLive(id)
        const isThere = secret.versions.some(
          (version) => version.id === from && version.stages.includes(stage),
        )
        if (stage === 'AWSCURRENT' || !isThere) {
          throw new AwsError(
            'InvalidParameterException',
            `The staging label ${stage} cannot be removed from version ${from}.`,
          )
        }
        const versions = secret.versions.map((version) => ({
          ...version,
          stages: version.stages.filter((one) => version.id !== from || one !== stage),
        }))
        secrets.set(secret.name, { ...secret, versions })
        return identity(secret)
      },
    ),

    DeleteSecret: operation(
      z.object({
        SecretId,
        ForceDeleteWithoutRecovery: z.boolean().default(false),
        RecoveryWindowInDays: z.int().min(7).max(30).default(30),
      }),
      ({ SecretId: id, ForceDeleteWithoutRecovery, RecoveryWindowInDays }) => {
        const secret = findLive(id)
        const deletedAt = nowSeconds()
        if (ForceDeleteWithoutRecovery) secrets.delete(secret.name)
        else secrets.set(secret.name, { ...secret, deletedAt })
        const waitSeconds = ForceDeleteWithoutRecovery ? 0 : RecoveryWindowInDays * 86_400
        return { ...identity(secret), DeletionDate: deletedAt + waitSeconds }
      },
    ),
  }
}

function newVersion(
  token: string | undefined,
  value: SecretValue,
  stages: readonly string[],
): SecretVersion {
  return { id: token ?? randomUUID(), stages, value, createdAt: nowSeconds() }
}

/** A stage stands on one version; whichever loses AWSCURRENT becomes AWSPREVIOUS. */
function addVersion(
  versions: readonly SecretVersion[],
  added: SecretVersion,
): readonly SecretVersion[] {
  const first = versions.length === 0 && !added.stages.includes('AWSCURRENT')
  const current = first ? { ...added, stages: [...added.stages, 'AWSCURRENT'] } : added
  const replaces = added.stages.includes('AWSCURRENT')
  const moved = replaces ? [...added.stages, 'AWSPREVIOUS'] : added.stages
  return [
    ...versions.map((version) => ({
      ...version,
      stages: [
        ...version.stages.filter((stage) => !moved.includes(stage)),
        ...(replaces && version.stages.includes('AWSCURRENT') ? ['AWSPREVIOUS'] : []),
      ],
    })),
    current,
  ]
}

function identity({ arn, name }: SecretRecord) {
  return { ARN: arn, Name: name }
}

function hasValue(value: SecretValue): boolean {
  return (value.SecretString === undefined) !== (value.SecretBinary === undefined)
}

function sameValue(one: SecretValue, other: SecretValue): boolean {
  return one.SecretString === other.SecretString && one.SecretBinary === other.SecretBinary
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message)
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
