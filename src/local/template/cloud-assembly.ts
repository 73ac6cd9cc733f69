import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const RESOURCE = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string().transform((id) => [id]), z.array(z.string())]).default([]),
  Condition: z.string().optional(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Metadata: z.unknown().optional(),
})
const TEMPLATE = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z
    .record(z.string(), z.looseObject({ Type: z.string(), Default: z.unknown().optional() }))
    .default({}),
  Mappings: z
    .record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())))
    .default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  // They judge parameters, of which there are none to give here.
  Rules: z.unknown().optional(),
  Resources: z.record(z.string(), RESOURCE),
  Outputs: z
    .record(
      z.string(),
      z.strictObject({
        Value: z.unknown(),
        Description: z.string().optional(),
        Export: z.unknown().optional(),
        Condition: z.string().optional(),
      }),
    )
    .default({}),
})
const MANIFEST = z.looseObject({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      environment: z.string().optional(),
      properties: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
})
const ASSETS = z.looseObject({
  files: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
      }),
    )
    .default({}),
})

type Template = z.output<typeof TEMPLATE>
export type TemplateResource = z.output<typeof RESOURCE>

/** What `cdk synth` wrote: one stack and the files it deploys. */
export interface CloudAssembly {
  readonly stackName: string
  /** Where the stack goes; a stack that does not say gets the local defaults. */
  readonly account: string
  readonly region: string
  readonly template: Template
  /** The folder of an asset by its key in the bucket. */
  asset(objectKey: string): string
}

/**
 * Reads a cloud assembly of exactly one stack.
 *
 * @throws Error if there is not one, or the template has a section that is not known here
 */
export function readCloudAssembly(folder: string): CloudAssembly {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const { artifacts } = MANIFEST.parse(read('manifest.json'))
  const stacks = Object.entries(artifacts).filter(
    ([, { type }]) => type === 'aws:cloudformation:stack',
  )
  const [stack] = stacks
  if (!stack || stacks.length > 1) {
    throw new Error(`The local runtime runs one stack; ${folder} has ${stacks.length}`)
  }
  const [name, artifact] = stack
  const { templateFile, stackName = name } = z
    .looseObject({ templateFile: z.string(), stackName: z.string().optional() })
    .parse(artifact.properties)

  const manifests = Object.values(artifacts)
    .filter(({ type }) => type === 'cdk:asset-manifest')
    .map(({ properties }) => ASSETS.parse(read(z.string().parse(properties['file']))))
  const folders = new Map(
    manifests
      .flatMap(({ files }) => Object.values(files))
      .flatMap(({ source, destinations }) =>
        Object.values(destinations).map(
          ({ objectKey }) => [objectKey, join(folder, source.path ?? '')] as const,
        ),
      ),
  )

  return {
    stackName,
    ...place(artifact.environment),
    template: TEMPLATE.parse(read(templateFile)),
    asset(objectKey) {
      const found = folders.get(objectKey)
      if (found) return found
      throw new Error(`No asset of the assembly has the key ${objectKey}`)
    },
  }
}

function place(environment = 'aws://unknown-account/unknown-region') {
  const [account = '', region = ''] = environment.replace('aws://', '').split('/')
  return {
    account: account === 'unknown-account' ? '123456789012' : account,
    region: region === 'unknown-region' ? 'us-east-1' : region,
  }
}
