import { describe, expect, it } from 'vitest'
import { allOf, defaultTemplate, flatten } from './broker-template.ts'
import { examine, OTHERWISE, PRODUCTION } from './examined-deployment.ts'

const BASE = 'https://launch.clinic.example'

const production = () => examine(PRODUCTION).template
const otherwise = () => examine(OTHERWISE).template

describe('Options that are off', () => {
  it('add no resource of a type that the stack does not have without them', () => {
    const types = new Set(
      Object.values(
        defaultTemplate().toJSON()['Resources'] as Record<string, { Type: string }>,
      ).map(({ Type }) => Type),
    )
    expect(
      [...types].filter((type) => /EC2|WAF|Route53|DomainName|Alias|Version/.test(type)),
    ).toEqual([])
  })
})

describe('A domain', () => {
  it('is what every address follows, with the stage at its root and no other address beside it', () => {
    const template = production()
    const outputs = template.findOutputs('*')

    expect(outputs['ApiBase']?.['Value']).toBe(BASE)
    expect(outputs['RedirectUri']?.['Value']).toBe(`${BASE}/redirect`)
    expect(outputs['JwksUrl']?.['Value']).toBe(`${BASE}/.well-known/jwks.json`)
    const bases = allOf(template, 'AWS::Lambda::Function').flatMap(
      ({ Environment }) => Environment.Variables.PUBLIC_BASE_URL ?? [],
    )
    expect(bases.length).toBeGreaterThan(7)
    expect(new Set(bases)).toEqual(new Set([BASE]))
    expect(allOf(template, 'AWS::ApiGateway::RestApi')[0].DisableExecuteApiEndpoint).toBe(true)
    expect(allOf(template, 'AWS::ApiGateway::BasePathMapping')).toEqual([
      {
        DomainName: { Ref: expect.stringMatching(/^ApiDomain/) },
        RestApiId: { Ref: expect.stringMatching(/^Api.{8}$/) },
        Stage: { Ref: expect.stringMatching(/^ApiDeploymentStagelive/) },
      },
    ])
  })

  it('speaks TLS 1.2 at least, or 1.3 alone, with its certificate, in its region', () => {
    const policies = [production(), otherwise()].map((template) => {
      const [{ SecurityPolicy, EndpointConfiguration }] = allOf(
        template,
        'AWS::ApiGateway::DomainName',
      )
      return [SecurityPolicy, EndpointConfiguration.Types]
    })
    expect(policies).toEqual([
      ['TLS_1_2', ['REGIONAL']],
      ['SecurityPolicy_TLS13_1_3_2025_09', ['REGIONAL']],
    ])
    expect(allOf(production(), 'AWS::ApiGateway::DomainName')[0].RegionalCertificateArn).toBe(
      PRODUCTION.domain?.certificateArn,
    )
  })

  it('has a record where its zone is named, and else tells what to lead there', () => {
    const [record] = allOf(production(), 'AWS::Route53::RecordSet')

    expect(record).toMatchObject({ Name: 'launch.clinic.example.', Type: 'A' })
    expect(flatten(record.AliasTarget.DNSName)).toBe('ApiDomain')
    otherwise().resourceCountIs('AWS::Route53::RecordSet', 0)
    expect(flatten(otherwise().findOutputs('DomainTarget')['DomainTarget']?.['Value'])).toBe(
      'ApiDomain',
    )
  })
})
