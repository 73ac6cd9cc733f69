import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager'
import { OUTPUTS } from '#contract/outputs.ts'
import type { SecretKind } from '#core/registry/check-secrets.ts'
import { secretRef } from '#core/registry/registry-fields.ts'
import { Secret } from '#core/secret.ts'
import { webhookKey } from '#core/webhooks/webhook-secret.ts'
import type { CliContext, CliOptions, ExitCode } from './cli-context.ts'
import { CliError } from './cli-error.ts'
import { secretName } from './secret-finder.ts'
import { requireStackOutputs } from './stack-outputs.ts'

/** HS256 wants a key at least as long as its hash (RFC 7518 §3.2). */
const MIN_SSO_SECRET_BYTES = 32

/** 128 bits, if they are random: EHRs give shorter ones than RFC 7518 asks for. */
const MIN_LINK_SECRET_BYTES = 16

/** `sallyport secret set client|sso|webhook|link <ref>`: keeps what standard input holds, as the newest version. */
export async function setSecretCommand(
  kind: SecretKind,
  ref: string,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const named = secretRef('').safeParse(ref)
  if (!named.success) {
    const why = named.error.issues.map(({ message }) => message).join(' ')
    throw new CliError(`That is not the name of a secret. ${why}`, 2)
  }
  const outputs = requireStackOutputs(context.cwd, options)
  const secret = readSecret(kind, await context.readInput())

  const client = context.secrets()
  const name = secretName(kind, ref, outputs)
  try {
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: secret }))
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error
    const keyArn = outputs[OUTPUTS.storageKeyArn]
    await client.send(
      new CreateSecretCommand({
        Name: name,
        SecretString: secret,
        ...(keyArn !== undefined && { KmsKeyId: keyArn }),
      }),
    )
    context.write(`${name}: created.`)
    return 0
  }
  context.write(`${name}: set. Running functions follow within five minutes.`)
  return 0
}

function readSecret(kind: SecretKind, input: string | undefined): string {
  if (input === undefined) {
    throw new CliError(
      'A terminal would show the secret. Send it to standard input: … | sallyport secret set …, or < file.',
      2,
    )
  }
  const secret = input.replace(/\r?\n$/, '')
  if (secret === '') throw new CliError('Standard input was empty, and nothing was set.')
  if (/\p{Cc}/u.test(secret)) {
    throw new CliError(
      'The secret has a line break or another control character in it, and nothing was set. Send one line.',
    )
  }
  if (kind === 'sso' && Buffer.byteLength(secret) < MIN_SSO_SECRET_BYTES) {
    throw new CliError(
      `An SSO secret has at least ${MIN_SSO_SECRET_BYTES} bytes (RFC 7518 §3.2), and nothing was set. Make one with: openssl rand -base64 32`,
    )
  }
  if (kind === 'link' && Buffer.byteLength(secret) < MIN_LINK_SECRET_BYTES) {
    throw new CliError(
      `A link secret has at least ${MIN_LINK_SECRET_BYTES} bytes, or it could be guessed from one link; nothing was set. Agree on a longer one with the EHR.`,
    )
  }
  if (kind === 'webhook' && !webhookKey(new Secret(secret))) {
    throw new CliError(
      'A webhook secret is whsec_ and the base64 of 24 to 64 random bytes (Standard Webhooks), and nothing was set. Make one with: echo "whsec_$(openssl rand -base64 32)"',
    )
  }
  return secret
}
