import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { brokerApp, STACK_NAME } from '../../lib/broker-app.ts'
import { acknowledgedFindings } from '../../lib/compliance/acknowledge.ts'
import { type Deployment, deployment } from '../../lib/deployments/deployment.ts'
import { chooseDeployment } from '../../lib/deployments/read-deployment.ts'

export const EXAMPLE = 'examples/deployments/deployments.json'

/** The deployment of the example that has everything on. */
export const PRODUCTION = chooseDeployment(readFileSync(EXAMPLE, 'utf8'), EXAMPLE, 'production')

/** The one that leaves nothing behind. */
export const DEVELOPMENT = chooseDeployment(readFileSync(EXAMPLE, 'utf8'), EXAMPLE, 'development')

/** One that has what production has in another way. */
export const OTHERWISE = deployment.parse({
  domain: {
    name: 'launch.clinic.example',
    certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/0f6a3a1e',
    minimumTls: '1.3',
  },
  vpc: {
    existing: {
      id: 'vpc-0a1b2c3d',
      subnets: ['a', 'b'].map((zone, index) => ({
        id: `subnet-0a1b2c3${index}`,
        availabilityZone: `eu-central-1${zone}`,
        routeTable: `rtb-0a1b2c3${index}`,
      })),
    },
    endpoints: ['kms', 'secretsmanager'],
  },
  waf: {
    webAclArn: 'arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/ours/1a2b-3c4d',
  },
  keys: { sealing: '2,1', assertions: '2-ES384,1', users: [] },
  concurrency: { provisioned: { saml: 1 } },
})

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string
      readonly violatingConstructs: readonly { readonly constructPath: string }[]
    }[]
  }[]
}

export interface ExaminedDeployment {
  readonly stack: Stack
  readonly template: Template
  /** What the packs find where nothing of `acknowledged.ts` is acknowledged: rule and resource. */
  readonly findings: readonly string[]
  /** What is acknowledged there, likewise. */
  readonly acknowledged: readonly string[]
}

const examined = new Map<Deployment, ExaminedDeployment>()

/** A deployment as it is synthesized, with what cdk-nag finds; done once for each. */
export function examine(chosen: Deployment): ExaminedDeployment {
  const known = examined.get(chosen)
  if (known) return known

  const outdir = mkdtempSync(join(tmpdir(), 'deployment-'))
  try {
    const app = brokerApp({
      upstreams: 'public',
      deployment: chosen,
      bundling: false,
      acknowledging: false,
      outdir,
    })
    try {
      app.synth()
    } catch {
      // It has findings; the report says which.
    }
    const read = (name: string) => JSON.parse(readFileSync(join(outdir, name), 'utf8'))
    const report: Report = read('validation-report.json')
    const stack = Stack.of(app.node.findChild(STACK_NAME))
    const one = {
      stack,
      template: Template.fromJSON(read(`${STACK_NAME}.template.json`)),
      findings: report.pluginReports.flatMap(({ violations }) =>
        violations.flatMap(({ ruleName, violatingConstructs }) =>
          violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`),
        ),
      ),
      acknowledged: acknowledgedFindings(stack).map(({ rule, path }) => `${rule} ${path}`),
    }
    examined.set(chosen, one)
    return one
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}
