import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { nodeSamlXml } from '#adapters/node-saml/saml-xml.ts'
import type { CliContext, CliOptions, ExitCode } from '#cli/cli-context.ts'
import { CliError } from '#cli/cli-error.ts'
import { findStackOutputs } from '#cli/stack-outputs.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { BrokerError } from '#core/errors.ts'
import { MetadataProblem, readIdpMetadata } from '#core/saml/read-metadata.ts'

/** As long as a federation's whole metadata is not. */
const MAX_BYTES = 1_000_000

/**
 * `sallyport saml import <file or address>`: prints the `signOn` of a connection to the identity
 * provider that a metadata document describes. Writes nothing: the registry file is the team's.
 */
export async function importMetadataCommand(
  source: string,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const text = /^https?:/.test(source)
    ? await fetched(source, options, context)
    : fromFile(source, context)
  try {
    const idp = await readIdpMetadata(text, nodeSamlXml)
    context.write(JSON.stringify({ scheme: 'saml', idp }, undefined, 2))
    return 0
  } catch (error) {
    if (error instanceof MetadataProblem) throw new CliError(`${source}: ${error.message}`)
    throw error
  }
}

async function fetched(address: string, options: CliOptions, context: CliContext): Promise<string> {
  const upstreams = findStackOutputs(context.cwd, options)?.[OUTPUTS.upstreams] ?? 'public'
  try {
    const answer = await context.egress(upstreams)(address, {}, { maxBytes: MAX_BYTES })
    if (answer.status !== 200) throw new CliError(`${address}: answered ${answer.status}.`)
    return await answer.text()
  } catch (error) {
    if (error instanceof BrokerError) throw new CliError(`${address}: ${error.code}.`)
    throw error
  }
}

function fromFile(path: string, { cwd }: CliContext): string {
  try {
    return readFileSync(resolve(cwd, path), 'utf8')
  } catch {
    throw new CliError(`${path}: cannot be read.`)
  }
}
