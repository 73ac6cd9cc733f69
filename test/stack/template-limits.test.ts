import { describe, expect, it } from 'vitest'
import { deployment } from '../../lib/deployments/deployment.ts'
import { type TemplateBody, templateLimits } from '../../lib/template-limits.ts'
import { defaultTemplate } from './broker-template.ts'
import { examine, PRODUCTION } from './examined-deployment.ts'

/** As long as names can be chosen. */
const LONGEST = 'a'.repeat(40)

function limitsOf(body: TemplateBody) {
  return Object.fromEntries(templateLimits(body).map(({ what, ...rest }) => [what, rest]))
}

const body = (template = defaultTemplate()) => template.toJSON() as TemplateBody

describe('The limits of CloudFormation and of what it makes', () => {
  it.each([
    ['nothing chosen', () => body()],
    ['everything on', () => body(examine(PRODUCTION).template)],
  ])('are kept with a margin: %s', (_name, template) => {
    for (const { what, is, most, share } of templateLimits(template())) {
      expect(is, `${what}: ${is} of ${most}`).toBeLessThanOrEqual(share * most)
    }
  })

  it('are kept by names that begin with the longest prefix', () => {
    const names = deployment.shape.names
    expect(names.parse({ stack: LONGEST, prefix: LONGEST })).toEqual({
      stack: LONGEST,
      prefix: LONGEST,
    })
    expect(() => names.parse({ stack: `${LONGEST}a` })).toThrow(/up to 40/)

    const renamed = JSON.stringify(body()).replaceAll('"Sallyport', `"${LONGEST}`)
    for (const { what, is, most } of templateLimits(JSON.parse(renamed))) {
      if (what.startsWith('characters of')) expect(is, what).toBeLessThanOrEqual(most)
    }
  })

  it('are of what is there', () => {
    const limits = limitsOf({
      Resources: {
        Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'x'.repeat(65) } },
        One: { Type: 'AWS::IAM::Policy', Properties: policyOf(6_000) },
        Two: { Type: 'AWS::IAM::Policy', Properties: policyOf(5_000) },
      },
      Outputs: { A: {} },
    })

    expect(limits['resources']?.is).toBe(3)
    expect(limits['outputs']?.is).toBe(1)
    expect(limits['characters of RoleName of AWS::IAM::Role']).toMatchObject({ is: 65, most: 64 })
    expect(limits['characters of a role’s inline policies']?.is).toBeGreaterThan(11_000)
    expect(limits['bytes of the template, from S3']?.is).toBeGreaterThan(11_000)
  })
})

function policyOf(length: number) {
  return { Roles: [{ Ref: 'Role' }], PolicyDocument: { Sid: 'x'.repeat(length) } }
}
