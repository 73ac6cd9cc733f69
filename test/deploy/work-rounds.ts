import type { Assembly, Resource, Template } from './rewrite-assembly.ts'

/** The id that the emulator gives the stack's API, for its address to be known beforehand. */
const API_ID = '5a11c0de'

/** What is done to the rehearsal's copy of the assembly, by the hole that it is for. */
const WORK_ROUNDS = {
  'metric-math-alarms': inTemplate(withoutMetricMath),
  'streamed-integrations': inTemplate(withBufferedIntegrations),
  'own-address': inTemplate(withReachableAddress),
  'plain-http': withoutPublishingRole,
} as const

/** Makes of what was synthesized for AWS what an emulator at `endpoint` can be given. */
export function workRoundHoles(assembly: Assembly, endpoint: string): Assembly {
  return Object.values(WORK_ROUNDS).reduce((changed, step) => step(changed, endpoint), assembly)
}

function inTemplate(change: (template: Template, endpoint: string) => Template) {
  return ({ template, ...assembly }: Assembly, endpoint: string): Assembly => ({
    ...assembly,
    template: change(template, endpoint),
  })
}

function withoutMetricMath({ Resources, ...template }: Template): Template {
  const kept = Object.entries(Resources).filter(
    ([, { Type, Properties }]) => !(Type === 'AWS::CloudWatch::Alarm' && 'Metrics' in Properties),
  )
  return { ...template, Resources: Object.fromEntries(kept) }
}

function withBufferedIntegrations(template: Template): Template {
  return JSON.parse(
    JSON.stringify(template)
      .replaceAll('"ResponseTransferMode":"STREAM",', '')
      .replaceAll('2021-11-15/functions/', '2015-03-31/functions/')
      .replaceAll('/response-streaming-invocations"', '/invocations"'),
  )
}

function withReachableAddress({ Resources, ...template }: Template, endpoint: string): Template {
  const address = JSON.stringify(
    `http://localhost:${new URL(endpoint).port}/_aws/execute-api/${API_ID}`,
  )
  const own =
    /"https:\/\/",\{"Ref":"\w+"\},"\.execute-api\.",\{"Ref":"AWS::Region"\},"\.",\{"Ref":"AWS::URLSuffix"\}/g
  const tagged = Object.entries(Resources).map(([id, resource]) => [
    id,
    resource.Type === 'AWS::ApiGateway::RestApi'
      ? withTag(resource, 'ms-custom-id', API_ID)
      : resource,
  ])
  const text = JSON.stringify({ ...template, Resources: Object.fromEntries(tagged) })
  return JSON.parse(text.replace(own, address))
}

function withoutPublishingRole({ assets, ...assembly }: Assembly): Assembly {
  const text = JSON.stringify(assets, (key, value) => (key === 'assumeRoleArn' ? undefined : value))
  return { ...assembly, assets: JSON.parse(text) }
}

/** A resource with one tag more. */
export function withTag(
  { Properties, ...resource }: Resource,
  Key: string,
  Value: string,
): Resource {
  const tags = Array.isArray(Properties['Tags']) ? Properties['Tags'] : []
  return { ...resource, Properties: { ...Properties, Tags: [...tags, { Key, Value }] } }
}
