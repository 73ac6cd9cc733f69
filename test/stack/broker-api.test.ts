import { describe, expect, it } from 'vitest'
import { defaultTemplate, flatten, idOf, resourcesOf } from './broker-template.ts'

const BUFFERED = { milliseconds: 29_000, mode: 'BUFFERED' }
const STREAMED = { milliseconds: 600_000, mode: 'STREAM' }

const ROUTES = {
  'GET /launch/{key}': { door: 'Launch', ...BUFFERED },
  'POST /launch/{key}': { door: 'Launch', ...BUFFERED },
  'GET /redirect': { door: 'Redirect', ...BUFFERED },
  'POST /redirect': { door: 'Redirect', ...BUFFERED },
  'GET /redirect/{registration}': { door: 'Redirect', ...BUFFERED },
  'POST /redirect/{registration}': { door: 'Redirect', ...BUFFERED },
  'GET /saml/{connection}/metadata': { door: 'Saml', ...BUFFERED },
  'GET /saml/{connection}/login': { door: 'Saml', ...BUFFERED },
  'POST /saml/{connection}/acs': { door: 'Saml', ...BUFFERED },
  'GET /saml/{connection}/slo': { door: 'Saml', ...BUFFERED },
  'POST /saml/{connection}/slo': { door: 'Saml', ...BUFFERED },
  'POST /sso': { door: 'Sso', ...BUFFERED },
  'POST /auth/token': { door: 'Token', ...BUFFERED },
  'POST /v2/auth/token': { door: 'Token', ...BUFFERED },
  'GET /.well-known/jwks.json': { door: 'Token', ...BUFFERED },
  'GET /.well-known/messages-jwks.json': { door: 'Token', ...BUFFERED },
  'GET /session': { door: 'Session', ...BUFFERED },
  'DELETE /session': { door: 'Session', ...BUFFERED },
  'GET /logout/{connection}': { door: 'Logout', ...BUFFERED },
  'POST /logout/{connection}': { door: 'Logout', ...BUFFERED },
  'ANY /fhir/{version}/{organization}/{environment}': { door: 'Fhir', ...STREAMED },
  'ANY /fhir/{version}/{organization}/{environment}/{path+}': { door: 'Fhir', ...STREAMED },
  'POST /endpoint': { door: 'DataModel', ...STREAMED, milliseconds: 60_000 },
  'POST /query': { door: 'DataModel', ...STREAMED, milliseconds: 60_000 },
}

const template = defaultTemplate()

function setup() {
  const resources = Object.fromEntries(resourcesOf(template, 'AWS::ApiGateway::Resource'))
  const stage = resourcesOf(template, 'AWS::ApiGateway::Stage')[0]?.[1].Properties

  function pathOf(resourceId: { readonly Ref?: string }): string {
    const resource = resourceId.Ref === undefined ? undefined : resources[resourceId.Ref]
    return resource === undefined
      ? ''
      : `${pathOf(resource.Properties.ParentId)}/${resource.Properties.PathPart}`
  }
  const routes = resourcesOf(template, 'AWS::ApiGateway::Method').map(([, { Properties }]) => ({
    route: `${Properties.HttpMethod} ${pathOf(Properties.ResourceId)}`,
    integration: Properties.Integration,
    uri: flatten(Properties.Integration.Uri),
  }))
  return { routes, stage, format: JSON.parse(stage.AccessLogSetting.Format) }
}

describe('Routes', () => {
  it('lead each to its function, buffered for 29 seconds or streamed for minutes', () => {
    const { routes } = setup()
    const found = routes.map(({ route, integration, uri }) => [
      route,
      {
        door: /functions\/([A-Za-z]+)\//.exec(uri)?.[1],
        milliseconds: integration.TimeoutInMillis,
        mode: integration.ResponseTransferMode ?? 'BUFFERED',
      },
    ])

    expect(Object.fromEntries(found)).toEqual(ROUTES)
  })

  it('stream by the invocation that streams', () => {
    const { routes } = setup()
    const streaming = routes.filter(({ uri }) => uri.endsWith('/response-streaming-invocations'))

    expect(streaming.map(({ route }) => route)).toEqual(
      Object.keys(ROUTES).filter((route) => /^ANY \/fhir\/|\/(?:endpoint|query)$/.test(route)),
    )
  })

  it('let API Gateway invoke a function from its own routes on the stage, and not for tests', () => {
    const sources = resourcesOf(template, 'AWS::Lambda::Permission').map(
      ([, { Properties }]) =>
        `${flatten(Properties.FunctionName)} ${flatten(Properties.SourceArn).replace(/^.*:Api\//, '')}`,
    )

    expect(sources.toSorted()).toEqual(
      Object.entries(ROUTES)
        .map(([route, { door }]) => {
          const [method, path] = route.split(' ')
          const pattern = path?.replaceAll(/\{[^}]+\}/g, '*')
          return `${door} ApiDeploymentStagelive/${method === 'ANY' ? '*' : method}${pattern}`
        })
        .toSorted(),
    )
  })

  it('take any body as bytes, in one region', () => {
    template.hasResourceProperties('AWS::ApiGateway::RestApi', {
      BinaryMediaTypes: ['*/*'],
      EndpointConfiguration: { Types: ['REGIONAL'] },
    })
  })

  it('are throttled, those of persons and tokens lower than those of reads', () => {
    const { stage } = setup()
    const [everywhere, ...byMethod] = stage.MethodSettings.map(
      (setting: Readonly<Record<string, unknown>>) => setting['ThrottlingRateLimit'],
    )

    expect(everywhere).toBe(2000)
    expect(byMethod).toEqual(
      Object.keys(ROUTES)
        .filter((route) => !/\/(fhir|session|endpoint|query)/.test(route))
        .map(() => 200),
    )
  })
})

describe('Access log', () => {
  it('says these things of a request, each by a variable', () => {
    const { format } = setup()

    expect(format).toEqual({
      requestId: '$context.requestId',
      requestTime: '$context.requestTimeEpoch',
      httpMethod: '$context.httpMethod',
      resourcePath: '$context.resourcePath',
      status: '$context.status',
      sourceIp: '$context.identity.sourceIp',
      protocol: '$context.protocol',
      responseLength: '$context.responseLength',
      responseLatency: '$context.responseLatency',
      integrationStatus: '$context.integrationStatus',
      integrationLatency: '$context.integrationLatency',
      gatewayResponse: '$context.error.responseType',
    })
  })

  it('says nothing that a caller wrote', () => {
    const { stage } = setup()

    expect(stage.AccessLogSetting.Format).not.toMatch(
      /\$context\.(path|customDomain|requestOverride|responseOverride|identity\.user|error\.message|authorizer)|\$input|\$stageVariables/,
    )
  })

  it('has a log group of its own, encrypted', () => {
    const { stage } = setup()
    const group = flatten(stage.AccessLogSetting.DestinationArn)
    const [, found] =
      resourcesOf(template, 'AWS::Logs::LogGroup').find(([id]) => idOf(id) === group) ?? []

    expect(group).toBe('ApiAccessLog')
    expect(flatten(found?.Properties.KmsKeyId)).toBe('StorageKey')
  })

  it('is the only one: executions are not logged, for any method', () => {
    const { stage } = setup()

    expect(stage.MethodSettings.length).toBeGreaterThan(0)
    for (const setting of stage.MethodSettings) {
      expect(setting).toMatchObject({ LoggingLevel: 'OFF', DataTraceEnabled: false })
    }
  })
})

describe('Gateway responses', () => {
  const answers = resourcesOf(template, 'AWS::ApiGateway::GatewayResponse').map(
    ([, { Properties }]) => Properties,
  )

  it.each(answers.map((answer) => [answer.ResponseType, answer]))(
    '%s is an OperationOutcome that no cache keeps',
    (_type, answer) => {
      const body = JSON.parse(answer.ResponseTemplates['application/json'])

      expect(body.resourceType).toBe('OperationOutcome')
      expect(body.issue).toEqual([
        {
          severity: 'error',
          code: expect.stringMatching(/^[a-z-]+$/),
          details: { text: expect.stringMatching(/^[A-Z].*\.$/) },
          diagnostics: 'Reference: $context.requestId',
        },
      ])
      expect(answer.ResponseParameters).toEqual({
        'gatewayresponse.header.Cache-Control': "'no-store'",
        'gatewayresponse.header.Content-Type': "'application/fhir+json'",
        'gatewayresponse.header.X-Content-Type-Options': "'nosniff'",
      })
    },
  )

  it('repeat nothing of the request', () => {
    const variables = answers.flatMap(
      (answer) => JSON.stringify(answer.ResponseTemplates).match(/\$[\w.]+/g) ?? [],
    )

    expect([...new Set(variables)]).toEqual(['$context.requestId'])
  })

  it('cover whatever API Gateway answers by itself, with a status of their own where its is wrong', () => {
    expect(
      Object.fromEntries(answers.map(({ ResponseType, StatusCode }) => [ResponseType, StatusCode])),
    ).toEqual({
      DEFAULT_4XX: undefined,
      DEFAULT_5XX: undefined,
      MISSING_AUTHENTICATION_TOKEN: '404',
      THROTTLED: undefined,
      REQUEST_TOO_LARGE: undefined,
      WAF_FILTERED: undefined,
      INTEGRATION_FAILURE: '502',
      INTEGRATION_TIMEOUT: undefined,
    })
  })
})
