import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type LocalStackOptions, startLocalStack } from '#local/local-stack.ts'

interface TestFunction {
  /** The text of its `index.mjs`. */
  readonly code: string
  readonly properties?: object
}

export interface TestRoute {
  readonly method: string
  /** `/things/{id}` */
  readonly path: string
  readonly function: string
  readonly integration?: object
  /** Left out, the API may invoke the function. */
  readonly permitted?: boolean
}

export interface TestStack {
  readonly functions?: Readonly<Record<string, TestFunction>>
  readonly routes?: readonly TestRoute[]
  readonly resources?: object
  readonly outputs?: object
}

/** Writes a cloud assembly as the CDK does, for one test, and answers its folder. */
export function writeAssembly(stack: TestStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const write = (file: string, content: unknown) =>
    writeFileSync(join(folder, file), JSON.stringify(content))

  const functions = Object.entries(stack.functions ?? {})
  for (const [name, { code }] of functions) {
    mkdirSync(join(folder, `asset.${name}`))
    writeFileSync(join(folder, `asset.${name}`, 'index.mjs'), code)
  }
  write('manifest.json', {
    version: '1',
    artifacts: {
      'Test.assets': { type: 'cdk:asset-manifest', properties: { file: 'Test.assets.json' } },
      Test: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://unknown-account/unknown-region',
        properties: { templateFile: 'Test.template.json' },
      },
    },
  })
  write('Test.assets.json', {
    version: '1',
    files: Object.fromEntries(
      functions.map(([name]) => [
        name,
        {
          source: { path: `asset.${name}`, packaging: 'zip' },
          destinations: { current: { bucketName: 'assets', objectKey: `${name}.zip` } },
        },
      ]),
    ),
  })
  write('Test.template.json', {
    Resources: {
      Role: role(['logs:CreateLogStream', 'logs:PutLogEvents']),
      ...api(stack.routes ?? []),
      ...Object.fromEntries(functions.map((entry) => lambda(...entry))),
      ...stack.resources,
    },
    Outputs: stack.outputs ?? {},
  })
  return folder
}

/** Runs a {@link TestStack}, until the test ends. */
export async function startTestStack(
  stack: TestStack,
  options: Omit<LocalStackOptions, 'assembly'> = {},
) {
  const local = await startLocalStack({ assembly: writeAssembly(stack), ...options })
  onTestFinished(() => local.close())
  return local
}

/** The functions' role, which may do that and what else the stack's policies allow it. */
export function role(actions: readonly string[]) {
  const Statement = actions.map((Action) => ({ Effect: 'Allow', Action, Resource: '*' }))
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Statement: [] },
      Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement } }],
    },
  }
}

function lambda(name: string, { properties }: TestFunction) {
  return [
    name,
    {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { S3Bucket: 'assets', S3Key: `${name}.zip` },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        ...properties,
      },
    },
  ] as const
}

function api(routes: readonly TestRoute[]) {
  const RestApiId = { Ref: 'Api' }
  const resources: Record<string, object> = {
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: {
        Name: 'test',
        BinaryMediaTypes: ['*/*'],
        EndpointConfiguration: { Types: ['REGIONAL'] },
      },
    },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId } },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: {
        RestApiId,
        DeploymentId: { Ref: 'Deployment' },
        StageName: 'live',
        AccessLogSetting: {
          DestinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:access',
          Format:
            '$context.httpMethod $context.resourcePath $context.status $context.responseLength',
        },
      },
    },
  }
  for (const route of routes) {
    const segments = route.path.split('/').filter((segment) => segment !== '')
    const id = (count: number) => `Resource${segments.slice(0, count).join('').replace(/\W/g, 'x')}`
    const ref = (count: number) =>
      count === 0 ? { 'Fn::GetAtt': ['Api', 'RootResourceId'] } : { Ref: id(count) }
    for (const [index, PathPart] of segments.entries()) {
      resources[id(index + 1)] = {
        Type: 'AWS::ApiGateway::Resource',
        Properties: { RestApiId, ParentId: ref(index), PathPart },
      }
    }
    const arn = { 'Fn::GetAtt': [route.function, 'Arn'] }
    const streaming = Object.hasOwn(route.integration ?? {}, 'ResponseTransferMode')
    const uri = streaming
      ? ['2021-11-15', 'response-streaming-invocations']
      : ['2015-03-31', 'invocations']
    resources[`${id(segments.length)}${route.method}`] = {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId,
        ResourceId: ref(segments.length),
        HttpMethod: route.method,
        AuthorizationType: 'NONE',
        Integration: {
          Type: 'AWS_PROXY',
          IntegrationHttpMethod: 'POST',
          Uri: {
            'Fn::Sub': [
              `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/${uri[0]}/functions/\${arn}/${uri[1]}`,
              { arn },
            ],
          },
          ...route.integration,
        },
      },
    }
    if (route.permitted === false) continue
    resources[`${id(segments.length)}${route.method}Permission`] = {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: arn,
        Principal: 'apigateway.amazonaws.com',
        SourceArn: {
          'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/*/*`,
        },
      },
    }
  }
  return resources
}
