import { describe, expect, it } from 'vitest'
import { MANAGED_RULES } from '../../lib/constructs/managed-rules.ts'
import { allOf, flatten, idOf, resourcesOf } from './broker-template.ts'
import { examine, OTHERWISE, PRODUCTION } from './examined-deployment.ts'

const production = () => examine(PRODUCTION).template
const otherwise = () => examine(OTHERWISE).template

describe('WAF', () => {
  it('stands before the stage, with a web ACL of ours or of the account’s', () => {
    for (const template of [production(), otherwise()]) {
      const [{ ResourceArn }, ...others] = allOf(template, 'AWS::WAFv2::WebACLAssociation')
      expect(others).toEqual([])
      expect(flatten(ResourceArn)).toMatch(/::\/restapis\/Api\/stages\/ApiDeploymentStagelive$/)
    }
    expect(allOf(otherwise(), 'AWS::WAFv2::WebACLAssociation')[0].WebACLArn).toBe(
      OTHERWISE.waf?.webAclArn,
    )
    otherwise().resourceCountIs('AWS::WAFv2::WebACL', 0)
  })

  it('blocks by address and by the rules of AWS, but for those that only count', () => {
    const [{ Rules }] = allOf(production(), 'AWS::WAFv2::WebACL')
    const [launches, requests, ...groups] = Rules

    expect([launches.Action, requests.Action]).toEqual([{ Block: {} }, { Block: {} }])
    expect(launches.Statement.RateBasedStatement.Limit).toBe(5_000)
    expect(requests.Statement.RateBasedStatement).toMatchObject({
      Limit: 300_000,
      AggregateKeyType: 'IP',
    })
    for (const [index, { group, counted }] of MANAGED_RULES.entries()) {
      expect(groups[index].OverrideAction).toEqual({ None: {} })
      expect(groups[index].Statement.ManagedRuleGroupStatement).toEqual({
        VendorName: 'AWS',
        Name: group,
        RuleActionOverrides: Object.keys(counted).map((Name) => ({
          Name,
          ActionToUse: { Count: {} },
        })),
      })
    }
  })

  it('counts an address’s launches at the doors of persons alone, with a domain and without', () => {
    const [{ Rules }] = allOf(production(), 'AWS::WAFv2::WebACL')
    const { RegexString } =
      Rules[0].Statement.RateBasedStatement.ScopeDownStatement.RegexMatchStatement
    const doors = new RegExp(RegexString)

    for (const path of [
      '/launch/general',
      '/redirect',
      '/redirect/r',
      '/sso',
      '/saml/c/acs',
      '/logout/c',
    ]) {
      expect([path, doors.test(path), doors.test(`/live${path}`)]).toEqual([path, true, true])
    }
    for (const path of [
      '/fhir/R4/org/Production/Patient',
      '/auth/token',
      '/session',
      '/endpoint',
      '/fhir/launch/x',
      '/launcher',
    ]) {
      expect([path, doors.test(path), doors.test(`/live${path}`)]).toEqual([path, false, false])
    }
  })

  it('writes down no path, query, body or secret header, nor what of them a rule has matched', () => {
    const [{ DataProtectionConfig, VisibilityConfig, Rules }] = allOf(
      production(),
      'AWS::WAFv2::WebACL',
    )
    const [{ RedactedFields }] = allOf(production(), 'AWS::WAFv2::LoggingConfiguration')
    const headers = ['authorization', 'cookie', 'referer', 'x-sallyport-session']

    expect(RedactedFields).toEqual([
      { UriPath: {} },
      { QueryString: {} },
      ...headers.map((Name) => ({ SingleHeader: { Name } })),
    ])
    expect(DataProtectionConfig.DataProtections).toEqual(
      [
        { FieldType: 'QUERY_STRING' },
        { FieldType: 'BODY' },
        { FieldType: 'SINGLE_HEADER', FieldKeys: headers },
      ].map((Field) => ({ Field, Action: 'SUBSTITUTION', ExcludeRuleMatchDetails: false })),
    )
    for (const { SampledRequestsEnabled } of [
      VisibilityConfig,
      ...Rules.map((rule: { VisibilityConfig: unknown }) => rule.VisibilityConfig),
    ]) {
      expect(SampledRequestsEnabled).toBe(false)
    }
  })

  it('logs to an encrypted group of the one name that WAF takes', () => {
    const [, group] =
      resourcesOf(production(), 'AWS::Logs::LogGroup').find(
        ([id]) => idOf(id) === 'ApiWebAclLog',
      ) ?? []
    const key = resourcesOf(production(), 'AWS::KMS::Key').find(([id]) => idOf(id) === 'StorageKey')
    const name = flatten(group?.Properties.LogGroupName)

    expect(name).toMatch(/^aws-waf-logs-clinic-sallyport-/)
    expect(flatten(group?.Properties.KmsKeyId)).toBe('StorageKey')
    const letIn = key?.[1].Properties.KeyPolicy.Statement.filter(
      ({ Sid }: { Sid?: string }) => Sid === 'EncryptOtherLogs',
    ).map(({ Condition }: { Condition: { ArnLike: object } }) =>
      flatten(Object.values(Condition.ArnLike)[0]),
    )
    expect(letIn).toEqual([expect.stringMatching(new RegExp(`:log-group:${name}$`))])
  })
})
