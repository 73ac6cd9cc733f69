import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { dynamodbRegistryWriter } from '#adapters/dynamodb/registry-writer.ts'
import { readSigningKeys } from '#adapters/environment.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { applyRegistry } from '#core/registry/apply-registry.ts'
import type { Reach } from '#core/registry/check-addresses.ts'
import { parseRegistry } from '#core/registry/parse-registry.ts'
import type { Problem } from '#core/registry/problem.ts'
import type { RegistryWriter } from '#core/registry/registry-contents.ts'
import type { RegistryFile } from '#core/registry/registry-file.ts'
import { registryJsonSchema } from '#core/registry/registry-json-schema.ts'
import { type ResolveRegistryDeps, resolveRegistry } from '#core/registry/resolve-registry.ts'
import type { CliContext, CliOptions, ExitCode } from './cli-context.ts'
import { CliError } from './cli-error.ts'
import { describeChange, describeRow } from './describe-rows.ts'
import { secretFinder } from './secret-finder.ts'
import { findStackOutputs, requireStackOutputs, type StackOutputs } from './stack-outputs.ts'

/** `sallyport registry check <file>`: every problem, a line each. Reaches nothing. */
export async function checkRegistryCommand(
  path: string,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const outputs = findStackOutputs(context.cwd, options)
  const file = read(path, outputs?.[OUTPUTS.upstreams] ?? 'public', context)
  if (!file) return 1

  context.write(`${path}: no problems (${summary(file)}).`)
  return 0
}

/** `sallyport registry apply <file>`: makes the file the registry of a deployed stack. */
export async function applyRegistryCommand(
  path: string,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const outputs = requireStackOutputs(context.cwd, options)
  const upstreams = outputs[OUTPUTS.upstreams]
  const file = read(path, upstreams, context)
  if (!file) return 1

  const applied = await applyRegistry(file, {
    writer: writerOf(outputs, context),
    ...worldOf(outputs, context),
    announce: (changes) => writeLines(changes.flatMap(describeChange), context),
  })
  if ('problems' in applied) {
    report(path, applied.problems, context)
    context.writeError('Nothing was written.')
    return 1
  }

  const { written, deleted, unchanged } = applied.changes
  if (written + deleted === 0) {
    context.write(`${path}: no change (${summary(file)}).`)
    return 0
  }
  context.write(
    `${path}: applied (${summary(file)}): ${written} rows written, ${deleted} deleted, ${unchanged} unchanged. Running functions follow within a minute.`,
  )
  return 0
}

/** `sallyport registry diff <file>`: what `apply` would change, by row and field. Writes nothing. */
export async function diffRegistryCommand(
  path: string,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const outputs = requireStackOutputs(context.cwd, options)
  const upstreams = outputs[OUTPUTS.upstreams]
  const file = read(path, upstreams, context)
  if (!file) return 1

  const resolved = await resolveRegistry(file, worldOf(outputs, context))
  if ('problems' in resolved) {
    report(path, resolved.problems, context)
    return 1
  }
  const changes = await writerOf(outputs, context).compare(resolved.contents)
  if (changes.length === 0) context.write(`${path}: no change (${summary(file)}).`)
  writeLines(changes.flatMap(describeChange), context)
  return 0
}

/** `sallyport registry show`: what the registry of a deployed stack holds. It has no secrets. */
export async function showRegistryCommand(
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const outputs = requireStackOutputs(context.cwd, options)
  const rows = await writerOf(outputs, context).rows()
  if (rows.length === 0) {
    context.write('The registry is empty. Fill it with: sallyport registry apply <file>')
  }
  writeLines(rows.flatMap(describeRow), context)
  return 0
}

/** `sallyport registry schema`: the file's JSON Schema. */
export async function registrySchemaCommand({ write }: CliContext): Promise<ExitCode> {
  write(JSON.stringify(registryJsonSchema(), undefined, 2))
  return 0
}

function writerOf(outputs: StackOutputs, context: CliContext): RegistryWriter {
  return dynamodbRegistryWriter({
    documents: context.documents(),
    tableName: outputs[OUTPUTS.registryTableName],
  })
}

function worldOf(outputs: StackOutputs, context: CliContext): ResolveRegistryDeps {
  const keys = outputs[OUTPUTS.assertionsKeys]
  return {
    ...(keys !== undefined && {
      assertionAlgorithms: readSigningKeys(keys).map(({ alg }) => alg),
    }),
    discover: context.discover(outputs[OUTPUTS.upstreams]),
    hasSecret: secretFinder(outputs, context),
  }
}

function read(path: string, upstreams: Reach, context: CliContext): RegistryFile | undefined {
  let text: string
  try {
    text = readFileSync(resolve(context.cwd, path), 'utf8')
  } catch {
    throw new CliError(`${path}: cannot be read. Name a registry file.`)
  }
  const parsed = parseRegistry(text, { upstreams })
  if ('file' in parsed) return parsed.file
  report(path, parsed.problems, context)
  return undefined
}

function report(file: string, problems: readonly Problem[], { writeError }: CliContext): void {
  for (const { path, message } of problems) {
    writeError(`${file}: ${path && `${path}: `}${message}`)
  }
}

function writeLines(lines: readonly string[], { write }: CliContext): void {
  for (const line of lines) write(line)
}

function summary({ organizations, apps, registrations, connections }: RegistryFile): string {
  return [
    `organizations: ${organizations.length}`,
    `apps: ${apps.length}`,
    `registrations: ${registrations.length}`,
    `connections: ${connections.length}`,
  ].join(', ')
}
