import type { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { defaultTemplate, flatten, idOf, resourcesOf } from './broker-template.ts'
import { examine, OTHERWISE, PRODUCTION } from './examined-deployment.ts'

const production = () => examine(PRODUCTION).template
const otherwise = () => examine(OTHERWISE).template

describe('Keys', () => {
  const statements = (template: Template, name: string) =>
    resourcesOf(template, 'AWS::KMS::Key').find(([id]) => idOf(id) === name)?.[1].Properties
      .KeyPolicy.Statement as readonly Statement[]
  const whoMay = (template: Template, name: string, sid: string) =>
    statements(template, name)
      .find(({ Sid }) => Sid === sid)
      ?.Condition?.['ArnLike']?.['aws:PrincipalArn']?.map(nameOf)
  const deployer = /role\/cdk-hnb659fds-cfn-exec-role-/

  it('are administered by the administrators, who use none', () => {
    const names = resourcesOf(production(), 'AWS::KMS::Key').map(([id]) => idOf(id))

    expect(names).toHaveLength(9)
    for (const name of names) {
      expect([name, whoMay(production(), name, 'Administer')]).toEqual([
        name,
        [
          expect.stringMatching(/:123456789012:root$/),
          expect.stringMatching(deployer),
          PRODUCTION.keys.administrators?.[0],
        ],
      ])
      const administration = statements(production(), name).find(({ Sid }) => Sid === 'Administer')
      expect(administration?.Action).not.toEqual(
        expect.arrayContaining([
          expect.stringMatching(/Sign$|Decrypt|GenerateDataKey|CreateGrant|\*/),
        ]),
      )
    }
  })

  it('are used by the functions that they were granted to, and by the users', () => {
    const operators = PRODUCTION.keys.users?.[0]

    expect(whoMay(production(), 'SealingKey', 'Use')).toEqual([
      expect.stringMatching(deployer),
      ...['RedirectRole', 'FhirRole', 'DataModelRole', 'RefresherRole'],
      operators,
    ])
    expect(whoMay(production(), 'SamlEncryptionKey', 'Use')).toEqual([
      expect.stringMatching(deployer),
      'SamlRole',
      operators,
    ])
    expect(whoMay(otherwise(), 'TokensKey', 'Use')?.slice(1)).toEqual([
      ...['TokenRole', 'FhirRole', 'DataModelRole', 'SessionRole'],
    ])
    expect(whoMay(production(), 'StorageKey', 'UseThroughStorageServices')).toEqual(
      expect.arrayContaining(['LogoutRole', 'RefreshScheduleRole', operators]),
    )
    expect(statements(production(), 'AuditLogKey').map(({ Sid }) => Sid)).toEqual([
      'Administer',
      'EncryptLogsOfThisStack',
    ])
  })

  it('are as IAM has it where no list is given', () => {
    expect(whoMay(defaultTemplate(), 'StorageKey', 'Administer')).toBeUndefined()
    expect(statements(defaultTemplate(), 'SealingKey').map(({ Action }) => Action)).toEqual([
      'kms:*',
    ])
  })
})

interface Statement {
  readonly Sid?: string
  readonly Action: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>
}

function nameOf(principal: unknown): string {
  const { 'Fn::Sub': text } = Object(principal)
  return typeof text === 'string' ? text : flatten(principal)
}
