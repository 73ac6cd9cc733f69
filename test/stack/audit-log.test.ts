import { describe, expect, it } from 'vitest'
import { defaultTemplate, flatten, idOf, resourcesOf } from './broker-template.ts'

const template = defaultTemplate()
const groups = resourcesOf(template, 'AWS::Logs::LogGroup')
const audit = groups.filter(([id]) => idOf(id) === 'AuditLog')

describe('The audit log', () => {
  it('is kept for six years, apart from every other log, also when the stack is gone', () => {
    expect(audit).toHaveLength(1)
    expect(audit[0]?.[1]).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { RetentionInDays: 2192 },
    })
    const others = groups.filter(([id]) => idOf(id) !== 'AuditLog')
    for (const [, { Properties }] of others) expect(Properties.RetentionInDays).toBe(90)
  })

  it('lies under a key of its own, which only logs of this stack are under', () => {
    expect(flatten(audit[0]?.[1].Properties.KmsKeyId)).toBe('AuditLogKey')
    const [key] = resourcesOf(template, 'AWS::KMS::Key').filter(
      ([id]) => idOf(id) === 'AuditLogKey',
    )
    const uses = key?.[1].Properties.KeyPolicy.Statement.filter(
      ({ Sid }: { readonly Sid?: string }) => Sid === 'EncryptLogsOfThisStack',
    )
    expect(uses).toHaveLength(1)
    expect(uses[0].Condition).toHaveProperty('ArnLike')
    const others = groups.filter(([id]) => idOf(id) !== 'AuditLog')
    for (const [, { Properties }] of others) {
      expect(flatten(Properties.KmsKeyId)).toBe('StorageKey')
    }
  })
})
