import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Template } from 'aws-cdk-lib/assertions'
import { brokerApp, STACK_NAME } from '../../lib/broker-app.ts'

/** Of a resource, what the tests look at. */
export interface Resource {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties are as deep as CloudFormation's.
  readonly Properties: any
}

const asDefault: { template?: Template } = {}

/** The stack as it is deployed where nothing is chosen; synthesized once, so leave it as it is. */
export function defaultTemplate(): Template {
  asDefault.template ??= brokerTemplate()
  return asDefault.template
}

/** The stack as it is deployed, with this context; leaves esbuild out, for what functions contain is not under test. */
export function brokerTemplate(context: Readonly<Record<string, string>> = {}): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'broker-template-'))
  try {
    const assembly = brokerApp({ upstreams: 'public', bundling: false, outdir, context }).synth()
    return Template.fromJSON(assembly.getStackByName(STACK_NAME).template)
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

/** A template's resources of one type, by logical id. */
export function resourcesOf(template: Template, type: string): readonly [string, Resource][] {
  return Object.entries(template.findResources(type)) as [string, Resource][]
}

/** The properties of a template's resources of one type. */
export function allOf(template: Template, type: string): readonly Resource['Properties'][] {
  return resourcesOf(template, type).map(([, { Properties }]) => Properties)
}

/** A value with its intrinsics written as text: `Ref` and `Fn::GetAtt` as the resource's id in code. */
export function flatten(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) throw new Error(`Not a string: ${value}`)
  if ('Ref' in value) return idOf(String(value.Ref))
  if ('Fn::GetAtt' in value) return idOf(String((value['Fn::GetAtt'] as unknown[])[0]))
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]]
    return parts.map(flatten).join(separator)
  }
  throw new Error(`An intrinsic that no test knows: ${JSON.stringify(value)}`)
}

/** A construct's id: a logical id without the hash that the CDK appends. */
export function idOf(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '')
}
