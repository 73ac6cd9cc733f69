import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { brokerApp, STACK_NAME } from '../../lib/broker-app.ts'
import { compliancePage } from '../../lib/compliance/compliance-page.ts'
import { DEFAULT_DEPLOYMENT, type Deployment } from '../../lib/deployments/deployment.ts'
import { DEVELOPMENT, examine, OTHERWISE, PRODUCTION } from './examined-deployment.ts'

describe('what is acknowledged of the packs’ rules', () => {
  it.each(
    Object.entries({
      'nothing chosen': DEFAULT_DEPLOYMENT,
      development: DEVELOPMENT,
      'production with everything on': PRODUCTION,
      'everything otherwise': OTHERWISE,
    }),
  )('is each finding of theirs, and nothing that they do not find: %s', (_name, deployment) => {
    const { acknowledged, findings } = examine(deployment)

    expect(acknowledged.toSorted()).toEqual(findings.toSorted())
  })

  it('stands in docs/compliance.md as `npm run docs` writes it', () => {
    const stackOf = (deployment: Deployment) =>
      brokerApp({ upstreams: 'public', deployment, bundling: false }).node.findChild(STACK_NAME)
    const page = readFileSync('docs/compliance.md', 'utf8')

    expect(compliancePage(page, stackOf(DEFAULT_DEPLOYMENT), stackOf(PRODUCTION))).toBe(page)
  })
})
