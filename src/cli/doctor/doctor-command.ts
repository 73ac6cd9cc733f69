import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { readSigningKeys } from '#adapters/environment.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'
import { secretsManagerReader } from '#adapters/secrets/secret-reader.ts'
import type { CliContext, CliOptions, ExitCode } from '#cli/cli-context.ts'
import { CliError } from '#cli/cli-error.ts'
import { requireOutput, requireStackOutputs, type StackOutputs } from '#cli/stack-outputs.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { redirectUriOf } from '#core/launch/redirect-uri.ts'
import { reachesEhr } from '#core/registry/ehr-connections.ts'
import { normalIssuer } from '#core/registry/normal-issuer.ts'
import { parseRegistry } from '#core/registry/parse-registry.ts'
import { describeFindings } from './describe-findings.ts'
import { examine } from './examine.ts'
import type { DoctorDeps, Examined } from './examined.ts'

/**
 * `sallyport doctor <connection>`: what of a connection works, as far as it shows without a person, of
 * the deployed registry or with `--file` of one that is not applied yet.
 */
export async function doctorCommand(
  id: string,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const outputs = requireStackOutputs(context.cwd, options)
  const found =
    options.file === undefined
      ? await ofStack(id, outputs, context)
      : ofFile(id, options.file, outputs, context)
  const redirectUri = redirectUriOf(found.registration, requireOutput(outputs, OUTPUTS.redirectUri))
  const findings = await examine({ ...found, redirectUri }, depsOf(outputs, context))

  if (options.json) context.write(JSON.stringify({ connection: id, findings }, undefined, 2))
  else for (const line of describeFindings(id, findings)) context.write(line)
  return findings.some(({ verdict }) => verdict === 'wrong') ? 1 : 0
}

type Found = Pick<Examined, 'connection' | 'registration'>

async function ofStack(
  id: string,
  outputs: StackOutputs,
  { documents, now }: CliContext,
): Promise<Found> {
  const registry = dynamodbRegistry({
    documents: documents(),
    tableName: outputs[OUTPUTS.registryTableName],
    now: () => Math.floor(now() / 1_000),
  })
  const connection = await registry.findConnection(id)
  const registration = connection && (await registry.findRegistration(connection.registration))
  if (registration) return { connection, registration }
  throw new CliError(
    `The stack has no connection "${id}". Apply the registry first, or name the file with --file.`,
  )
}

function ofFile(id: string, path: string, outputs: StackOutputs, { cwd }: CliContext): Found {
  let text: string
  try {
    text = readFileSync(resolve(cwd, path), 'utf8')
  } catch {
    throw new CliError(`${path}: cannot be read. Name a registry file.`)
  }
  const parsed = parseRegistry(text, { upstreams: outputs[OUTPUTS.upstreams] })
  if ('problems' in parsed) {
    throw new CliError(`${path} has problems. See: sallyport registry check ${path}`)
  }
  const { connections, registrations } = parsed.file
  const connection = connections.find((one) => one.id === id)
  const registration = registrations.find((one) => one.id === connection?.registration)
  if (!connection) throw new CliError(`${path} has no connection "${id}".`)
  if (!reachesEhr(connection) || !registration) {
    throw new CliError(`The connection "${id}" reaches no EHR: there is nothing to look at.`)
  }
  return {
    registration,
    connection: {
      ...connection,
      issuer: normalIssuer(connection.fhirBaseUrl) ?? connection.fhirBaseUrl,
      endpointHosts: connection.endpointHosts ?? [],
    },
  }
}

function depsOf(outputs: StackOutputs, context: CliContext): DoctorDeps {
  const upstreams = outputs[OUTPUTS.upstreams]
  const keys = outputs[OUTPUTS.assertionsKeys]
  return {
    egress: context.egress(upstreams),
    probe: context.probe(upstreams),
    now: context.now,
    secrets: {
      // Made only when there is a secret to read: most connections of an account have none.
      read: (ref, options) =>
        secretsManagerReader({
          client: context.secrets(),
          prefix: outputs[OUTPUTS.clientSecretsPrefix],
          now: () => Math.floor(context.now() / 1_000),
        }).read(ref, options),
    },
    ...(keys !== undefined && {
      signers: readSigningKeys(keys).map((key) => kmsSigner({ kms: context.kms(), ...key })),
    }),
  }
}
