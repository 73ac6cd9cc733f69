import { MOST_INVOCATIONS } from '../constructs/webhook-delivery.ts'
import type { Deployment } from './deployment.ts'

/** Something in a deployment that its form does not show to be wrong. */
export interface Problem {
  /** Below the deployment. */
  readonly path: readonly string[]
  /** What is wrong, and what to do. */
  readonly message: string
}

/** What does not go together in a deployment. */
export function checkDeployment(deployment: Deployment): readonly Problem[] {
  return [
    ...checkPlace(deployment),
    ...checkDomain(deployment),
    ...checkVpc(deployment),
    ...checkWaf(deployment),
    ...checkConcurrency(deployment),
    ...checkData(deployment),
  ]
}

function checkPlace({ account, region }: Deployment): readonly Problem[] {
  if ((account === undefined) === (region === undefined)) return []
  const missing = account === undefined ? 'account' : 'region'
  return [{ path: [missing], message: 'Account and region stand together: add it.' }]
}

function checkDomain({ domain, region }: Deployment): readonly Problem[] {
  if (!domain) return []
  const [, , , certificateRegion] = domain.certificateArn.split(':')
  const { hostedZone } = domain
  return [
    ...(region !== undefined && certificateRegion !== region
      ? [
          {
            path: ['domain', 'certificateArn'],
            message: `The certificate is in ${certificateRegion}, the deployment in ${region}. Ask for one there.`,
          },
        ]
      : []),
    ...(hostedZone &&
    domain.name !== hostedZone.name &&
    !domain.name.endsWith(`.${hostedZone.name}`)
      ? [
          {
            path: ['domain', 'hostedZone', 'name'],
            message: `${domain.name} is not of this zone. Name the zone that has it.`,
          },
        ]
      : []),
  ]
}

function checkVpc({ vpc }: Deployment): readonly Problem[] {
  if (!vpc) return []
  if ((vpc.new === undefined) === (vpc.existing === undefined)) {
    return [{ path: ['vpc'], message: 'Write either "new" or "existing".' }]
  }
  const zones = vpc.new?.availabilityZones?.length ?? 2
  const natGateways = vpc.new?.natGateways ?? 0
  return natGateways > zones
    ? [
        {
          path: ['vpc', 'new', 'natGateways'],
          message: `There are ${zones} zones, each with one NAT gateway at most. Write fewer.`,
        },
      ]
    : []
}

function checkWaf({ waf }: Deployment): readonly Problem[] {
  const { webAclArn, ...ours } = waf ?? {}
  return webAclArn !== undefined && Object.values(ours).some((value) => value !== undefined)
    ? [
        {
          path: ['waf'],
          message:
            'A web ACL of your own has rules of its own. Remove all but "webAclArn", or that.',
        },
      ]
    : []
}

/** Nobody waits for these two, so nothing of theirs is kept warm. */
const UNWAITED = ['refresher', 'webhooks'] as const

function checkConcurrency({ concurrency, refresh }: Deployment): readonly Problem[] {
  const { reserved, provisioned } = concurrency
  const least = 2 * refresh.schedules
  const tooFew = (reserved.refresher ?? least) < least
  const tooFewDeliver = (reserved.webhooks ?? MOST_INVOCATIONS) < MOST_INVOCATIONS
  return [
    ...(tooFew
      ? [
          {
            path: ['concurrency', 'reserved', 'refresher'],
            message: `A run may still be ending when the next begins: ${refresh.schedules} schedules need ${least}. Write ${least} or more, or leave it out.`,
          },
        ]
      : []),
    ...(tooFewDeliver
      ? [
          {
            path: ['concurrency', 'reserved', 'webhooks'],
            message: `Its queue has ${MOST_INVOCATIONS} invocations at work, and what is turned away counts as tried. Write ${MOST_INVOCATIONS} or more, or leave it out.`,
          },
        ]
      : []),
    ...UNWAITED.filter((name) => provisioned[name] !== undefined).map((name) => ({
      path: ['concurrency', 'provisioned', name],
      message: 'Nobody waits for this function: remove it here.',
    })),
    ...Object.entries(provisioned)
      .filter(([name, warm]) => warm > (reserved[name as keyof typeof reserved] ?? warm))
      .map(([name]) => ({
        path: ['concurrency', 'provisioned', name],
        message: 'More than are reserved for it. Write fewer, or reserve more.',
      })),
  ]
}

function checkData({ data }: Deployment): readonly Problem[] {
  return data.removal === 'destroy' && data.deletionProtection
    ? [
        {
          path: ['data', 'deletionProtection'],
          message:
            'What refuses to be deleted cannot go with the stack. Write "removal": "retain".',
        },
      ]
    : []
}
