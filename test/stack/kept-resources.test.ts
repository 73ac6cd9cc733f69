import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultTemplate } from './broker-template.ts'
import { DEVELOPMENT, examine, OTHERWISE, PRODUCTION } from './examined-deployment.ts'
import { type KeptResources, keptResources } from './kept-resources.ts'

const COMMITTED: KeptResources = JSON.parse(readFileSync('test/stack/kept-resources.json', 'utf8'))

const WHAT_TO_DO = `
An update of a deployment would replace or drop a resource that keeps what nobody can make again.
- A resource is new: write it into test/stack/kept-resources.json, as it stands above.
- An id has gone, and another came: a construct has moved. Give it back its place and id. If it has to
  move, keep its logical id (Stack.overrideLogicalId).
- A property has changed: the change makes a new, empty resource and leaves the old one behind. Make
  another resource beside it, let code read both, and carry over what is in the old one first.
- It goes for good: say in the changelog what becomes of what was in it, then take it from the list.
`

describe('What an update must not replace', () => {
  it('is what it was: tables, keys, aliases, logs, queues and the address', () => {
    expect(keptResources(defaultTemplate()), WHAT_TO_DO).toEqual(COMMITTED)
  })

  it.each(
    Object.entries({ development: DEVELOPMENT, production: PRODUCTION, otherwise: OTHERWISE }),
  )('is the same whatever a deployment chooses: %s', (_name, deployment) => {
    const chosen = keptResources(examine(deployment).template)
    const same = Object.keys(COMMITTED).map((id) => [id, chosen[id]])

    expect(Object.fromEntries(same), WHAT_TO_DO).toEqual(COMMITTED)
  })

  it('is kept when it leaves the template, unless a deployment says otherwise', () => {
    const policies = (template = defaultTemplate()) =>
      ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'].flatMap((type) =>
        Object.values(template.findResources(type)).flatMap(
          ({ DeletionPolicy, UpdateReplacePolicy }) => [DeletionPolicy, UpdateReplacePolicy],
        ),
      )

    expect(new Set(policies())).toEqual(new Set(['Retain']))
    expect(new Set(policies(examine(PRODUCTION).template))).toEqual(new Set(['Retain']))
    expect(new Set(policies(examine(DEVELOPMENT).template))).toEqual(new Set(['Delete']))
  })
})
