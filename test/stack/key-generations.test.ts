import { App } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { tableGenerations } from '../../lib/constructs/table-generations.ts'
import { brokerTemplate, flatten, idOf, resourcesOf } from './broker-template.ts'

interface Statement {
  readonly Action: string | readonly string[]
  readonly Resource: unknown
}

/** What functions may do with the keys of two generations. */
function setup(context: Readonly<Record<string, string>>) {
  const template = brokerTemplate(context)
  const statements = resourcesOf(template, 'AWS::IAM::Policy').flatMap(
    ([, { Properties }]) => Properties.PolicyDocument.Statement as readonly Statement[],
  )
  const uses = statements.flatMap(({ Action, Resource }) =>
    [Action]
      .flat()
      .flatMap((action) =>
        [Resource].flat().map((resource) => `${action} on ${flatten(resource)}`),
      ),
  )
  return {
    template,
    usesOf: (key: RegExp) => [...new Set(uses.filter((use) => key.test(use)))].toSorted(),
    variable: (name: string) =>
      resourcesOf(template, 'AWS::Lambda::Function')
        .map(([, { Properties }]) => Properties.Environment.Variables[name])
        .filter((value) => value !== undefined)
        .map(flatten),
    keys: resourcesOf(template, 'AWS::KMS::Key').map(([id]) => idOf(id)),
  }
}

describe('Key generations', () => {
  it('seal under the first sealing key, and open under all', () => {
    const { usesOf, variable, template } = setup({ sealingKeys: '2,1', sessionsTable: '2' })

    expect(usesOf(/GenerateDataKey on Sealing/)).toEqual(['kms:GenerateDataKey on SealingKey2'])
    expect(usesOf(/Decrypt on Sealing/)).toEqual([
      'kms:Decrypt on SealingKey',
      'kms:Decrypt on SealingKey2',
    ])
    expect(new Set(variable('SEALING_KEY_ARNS'))).toEqual(new Set(['SealingKey2,SealingKey']))

    // A table's next generation is another one, which all who used the former use.
    const tables = resourcesOf(template, 'AWS::DynamoDB::Table').map(([id]) => idOf(id))
    expect(tables.toSorted()).toEqual(['LaunchesTable', 'RegistryTable', 'SessionsTable2'])
    expect(new Set(variable('SESSIONS_TABLE_NAME'))).toEqual(new Set(['SessionsTable2']))
    expect(usesOf(/SessionsTable(?!2)/)).toEqual([])
    expect(usesOf(/GetItem on SessionsTable2/)).not.toEqual([])
  })

  it('sign with the first key of each kind, and publish or take all', () => {
    const { usesOf, variable } = setup({
      assertionsKeys: '1,2',
      tokensKeys: '2,1',
      messagesKeys: '2,1',
      samlSigningKeys: '1,2',
      samlEncryptionKeys: '2,1',
    })

    expect(usesOf(/Sign on Assertions/)).toEqual(['kms:Sign on AssertionsKey'])
    expect(usesOf(/GetPublicKey on Assertions/)).toEqual([
      'kms:GetPublicKey on AssertionsKey',
      'kms:GetPublicKey on AssertionsKey2',
    ])
    expect(new Set(variable('ASSERTIONS_KEYS'))).toEqual(
      new Set(['RS384=AssertionsKey', 'RS384=AssertionsKey,RS384=AssertionsKey2']),
    )

    expect(usesOf(/Sign on Tokens/)).toEqual(['kms:Sign on TokensKey2'])
    expect(variable('TOKENS_KEY_ARN')).toEqual(['TokensKey2'])
    expect(new Set(variable('TOKENS_KEY_ARNS'))).toEqual(new Set(['TokensKey2,TokensKey']))
    expect(usesOf(/Sign on Messages/)).toEqual([
      'kms:Sign on MessagesKey2ES384',
      'kms:Sign on MessagesKey2RS384',
    ])
    const signing = 'RS384=MessagesKey2RS384,ES384=MessagesKey2ES384'
    expect(new Set(variable('MESSAGES_KEYS'))).toEqual(
      new Set([signing, `${signing},RS384=MessagesKeyRS384,ES384=MessagesKeyES384`]),
    )
    expect(variable('SAML_SIGNING_KEY_ARNS')).toEqual(['SamlSigningKey,SamlSigningKey2'])
    expect(variable('SAML_ENCRYPTION_KEY_ARNS')).toEqual(['SamlEncryptionKey2,SamlEncryptionKey'])
    expect(usesOf(/Decrypt on Saml/)).toEqual([
      'kms:Decrypt on SamlEncryptionKey',
      'kms:Decrypt on SamlEncryptionKey2',
    ])
  })

  it('sign with the first key of each algorithm, by keys that no change of the setting replaces (SM-47)', () => {
    const { usesOf, variable, template } = setup({ assertionsKeys: '2-ES384,1,3-ES384,4' })

    expect(usesOf(/Sign on Assertions/)).toEqual([
      'kms:Sign on AssertionsKey',
      'kms:Sign on AssertionsKey2ES384',
    ])
    expect(new Set(variable('ASSERTIONS_KEYS'))).toEqual(
      new Set([
        'ES384=AssertionsKey2ES384,RS384=AssertionsKey',
        'ES384=AssertionsKey2ES384,RS384=AssertionsKey,ES384=AssertionsKey3ES384,RS384=AssertionsKey4',
      ]),
    )
    const specs = resourcesOf(template, 'AWS::KMS::Key')
      .filter(([id]) => id.startsWith('AssertionsKey'))
      .map(([, { Properties }]) => Properties.KeySpec)
    expect(specs.toSorted()).toEqual(['ECC_NIST_P384', 'ECC_NIST_P384', 'RSA_3072', 'RSA_3072'])
    expect(() => setup({ assertionsKeys: '1-ES512' })).toThrow(/is a list of numbers/)
    expect(() => setup({ assertionsKeys: '1,1-ES384' })).toThrow(/has a number twice/)
  })

  it('are one of each by default, and leave a key in KMS that is left out', () => {
    const { keys, template } = setup({})

    expect(keys.filter((id) => /Sealing|Assertions/.test(id)).sort()).toEqual([
      'AssertionsKey',
      'SealingKey',
    ])
    for (const key of Object.values(template.findResources('AWS::KMS::Key'))) {
      expect(key).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    }
  })

  it('of a table are in the deployment or in the context, and not in both', () => {
    const node = (context: Readonly<Record<string, string>> = {}) => new App({ context }).node

    expect(tableGenerations(node(), { sessions: 2 })).toEqual({
      launches: 1,
      sessions: 2,
      registry: 1,
    })
    expect(() => tableGenerations(node({ sessionsTable: '3' }), { sessions: 2 })).toThrow(
      /sessionsTable is in the CDK's context and in the deployment/,
    )
  })

  it.each(['', '0', '2,1', 'two', ' 2'])('refuse the table %j', (sessionsTable) => {
    expect(() => brokerTemplate({ sessionsTable })).toThrow('sessionsTable is the number')
  })

  it.each(['', '0', '1,1', '2;1', '1, 2', 'two'])('refuse the list %j', (sealingKeys) => {
    expect(() => brokerTemplate({ sealingKeys })).toThrow(/sealingKeys (is a list|has a number)/)
  })
})
