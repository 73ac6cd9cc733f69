import type { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { DEFAULT_DEPLOYMENT } from '../../lib/deployments/deployment.ts'
import { allOf, flatten, idOf, resourcesOf } from './broker-template.ts'
import { DEVELOPMENT, examine, PRODUCTION } from './examined-deployment.ts'

const production = () => examine(PRODUCTION).template

describe('Throttles', () => {
  it('are the deployment’s, of the stage and of each method, whose other settings stay', () => {
    const [{ MethodSettings }] = allOf(production(), 'AWS::ApiGateway::Stage')
    const settings = Object.fromEntries(
      MethodSettings.map(
        ({
          ResourcePath,
          HttpMethod,
          ThrottlingRateLimit,
          LoggingLevel,
          DataTraceEnabled,
        }: Record<string, unknown>) => [
          `${HttpMethod} ${ResourcePath}`,
          [ThrottlingRateLimit, LoggingLevel, DataTraceEnabled],
        ],
      ),
    )
    const proxied = '/~1fhir~1{version}~1{organization}~1{environment}~1{path+}'

    expect(settings['* /*']).toEqual([3_000, 'OFF', false])
    expect(settings['POST /~1auth~1token']).toEqual([100, 'OFF', false])
    expect(settings['POST /~1v2~1auth~1token']).toEqual([200, 'OFF', false])
    for (const method of ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']) {
      expect([method, settings[`${method} ${proxied}`]]).toEqual([method, [1_500, 'OFF', false]])
    }
  })
})

describe('Concurrency', () => {
  it('is kept for each function as it is given', () => {
    const { reserved } = PRODUCTION.concurrency
    const given = resourcesOf(production(), 'AWS::Lambda::Function').map(([id, { Properties }]) => [
      idOf(id) === 'DataModel' ? 'data-model' : idOf(id).toLowerCase(),
      Properties.ReservedConcurrentExecutions,
    ])
    expect(Object.fromEntries(given)).toEqual(reserved)
  })

  it('keeps instances warm behind an alias, which alone the API calls and may call', () => {
    const template = production()
    const aliases = allOf(template, 'AWS::Lambda::Alias').map((alias) => [
      flatten(alias.FunctionName),
      alias.ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions,
    ])
    const called = (door: RegExp) =>
      allOf(template, 'AWS::ApiGateway::Method')
        .map(({ Integration }) => flatten(Integration.Uri))
        .filter((uri) => door.test(uri))
    const permitted = allOf(template, 'AWS::Lambda::Permission').map(({ FunctionName }) =>
      flatten(FunctionName),
    )

    expect(Object.fromEntries(aliases)).toEqual({ Launch: 2, Redirect: 2, Sso: 2, Fhir: 5 })
    expect(called(/functions\/FhirAliaswarm\/response-streaming-invocations/)).toHaveLength(2)
    expect(called(/functions\/(Fhir|Launch|Redirect|Sso)\//)).toEqual([])
    expect(permitted.filter((name) => /^(Fhir|Launch|Redirect|Sso)$/.test(name))).toEqual([])
    expect(permitted).toContain('Token')
  })
})

describe('What is kept', () => {
  it('is logged and restorable for as long as is wanted', () => {
    const days = (template: Template) =>
      Object.fromEntries(
        resourcesOf(template, 'AWS::Logs::LogGroup').map(([id, { Properties }]) => [
          idOf(id),
          Properties.RetentionInDays,
        ]),
      )
    expect(days(production())).toMatchObject({
      AuditLog: 2557,
      ApiAccessLog: 365,
      ApiWebAclLog: 365,
      NetworkFlowLogs: 365,
      FhirLogs: 90,
    })
    expect(days(examine(DEVELOPMENT).template)).toMatchObject({ AuditLog: 30, FhirLogs: 14 })
    const restorable = allOf(production(), 'AWS::DynamoDB::Table').map(
      ({ PointInTimeRecoverySpecification }) => PointInTimeRecoverySpecification,
    )
    expect(restorable).toEqual([
      undefined,
      ...[1, 2].map(() => ({ PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 })),
    ])
  })

  it('refuses to be deleted in production', () => {
    const { stack, template } = examine(PRODUCTION)

    expect(stack.terminationProtection).toBe(true)
    for (const { DeletionProtectionEnabled } of allOf(template, 'AWS::DynamoDB::Table')) {
      expect(DeletionProtectionEnabled).toBe(true)
    }
  })

  it('goes with the stack in development, and not what the account shares', () => {
    const { template, stack } = examine(DEVELOPMENT)

    expect(stack.terminationProtection).not.toBe(true)
    for (const { PendingWindowInDays } of allOf(template, 'AWS::KMS::Key')) {
      expect(PendingWindowInDays).toBe(7)
    }
    const shared = Object.values(template.findResources('AWS::ApiGateway::Account'))
    expect(shared.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Retain'])
  })
})

describe('Names, place and tags', () => {
  it('are the deployment’s', () => {
    const { stack, template } = examine(PRODUCTION)

    expect([stack.stackName, stack.account, stack.region]).toEqual([
      'Sallyport',
      '123456789012',
      'eu-central-1',
    ])
    expect(stack.tags.tagValues()).toEqual(PRODUCTION.tags)
    const variables = JSON.stringify(allOf(template, 'AWS::Lambda::Function'))
    expect(variables).toContain('clinic-sallyport/client-secrets/')
    expect(variables).not.toContain('Sallyport/client-secrets/')
    expect(allOf(template, 'AWS::Events::EventBus')[0].Name).toBe('clinic-sallyport-events')
    for (const { AlarmName, AlarmActions } of allOf(template, 'AWS::CloudWatch::Alarm')) {
      expect(AlarmName).toMatch(/^clinic-sallyport-/)
      expect(AlarmActions).toEqual([PRODUCTION.alarms.topicArn])
    }
  })

  it('are those of the stack of every account where nothing is chosen', () => {
    const { stack } = examine(DEFAULT_DEPLOYMENT)

    expect(stack.stackName).toBe('Sallyport')
    expect(stack.tags.tagValues()).toEqual({})
  })
})
