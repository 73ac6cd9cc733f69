/** An alarm on a sum of two metrics, as most of ours are. */
export const METRIC_MATH_ALARM = {
  Resources: {
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        Threshold: 1,
        Metrics: [
          { Id: 'sum', Expression: 'one + one', ReturnData: true },
          {
            Id: 'one',
            ReturnData: false,
            MetricStat: {
              Metric: { Namespace: 'Probe', MetricName: 'One' },
              Period: 60,
              Stat: 'Sum',
            },
          },
        ],
      },
    },
  },
}

const INVOKE = ['arn:aws:apigateway:', { Ref: 'AWS::Region' }, ':lambda:path/']
const FUNCTION_ARN = { 'Fn::GetAtt': ['Function', 'Arn'] }

/** A function that says what its runtime is, and an API that asks it buffered and streamed. */
export const ECHO_API = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'lambda.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ],
        },
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        // The rehearsal's own `awslambda` is loaded by this variable of the emulator's.
        Environment: { Variables: { NODE_OPTIONS: '' } },
        Code: {
          ZipFile: `exports.handler = async () => ({
            statusCode: 200,
            headers: { 'WWW-Authenticate': 'Bearer' },
            body: 'awslambda is ' + typeof globalThis.awslambda,
          })`,
        },
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: FUNCTION_ARN,
        Principal: 'apigateway.amazonaws.com',
      },
    },
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Probe' } },
    ...route('Buffered', 'buffered', {
      Uri: joined([...INVOKE, '2015-03-31/functions/', FUNCTION_ARN, '/invocations']),
    }),
    ...route('Streamed', 'streamed', {
      ResponseTransferMode: 'STREAM',
      Uri: joined([
        ...INVOKE,
        '2021-11-15/functions/',
        FUNCTION_ARN,
        '/response-streaming-invocations',
      ]),
    }),
    AccessLog: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'probe-access-log' } },
    Deployment: {
      Type: 'AWS::ApiGateway::Deployment',
      DependsOn: ['BufferedMethod', 'StreamedMethod'],
      Properties: { RestApiId: { Ref: 'Api' } },
    },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: {
        RestApiId: { Ref: 'Api' },
        DeploymentId: { Ref: 'Deployment' },
        StageName: 'live',
        AccessLogSetting: {
          DestinationArn: { 'Fn::GetAtt': ['AccessLog', 'Arn'] },
          Format: '{"requestId":"$context.requestId"}',
        },
      },
    },
  },
  Outputs: { ApiId: { Value: { Ref: 'Api' } } },
}

function route(name: string, path: string, integration: object) {
  return {
    [`${name}Path`]: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        PathPart: path,
      },
    },
    [`${name}Method`]: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: { Ref: `${name}Path` },
        HttpMethod: 'GET',
        AuthorizationType: 'NONE',
        Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', ...integration },
      },
    },
  }
}

function joined(parts: readonly unknown[]) {
  return { 'Fn::Join': ['', parts] }
}
