import { Stack } from 'aws-cdk-lib'
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2'
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { Endpoint } from '../deployments/network-fields.ts'

/** Of each service the endpoint's construct, and its name in EC2. */
const INTERFACES: Readonly<Record<Exclude<Endpoint, 'dynamodb'>, { id: string; service: string }>> =
  {
    kms: { id: 'Kms', service: 'kms' },
    secretsmanager: { id: 'SecretsManager', service: 'secretsmanager' },
    logs: { id: 'Logs', service: 'logs' },
    events: { id: 'Events', service: 'events' },
    sqs: { id: 'Sqs', service: 'sqs' },
    scheduler: { id: 'Scheduler', service: 'scheduler' },
  }

export interface EndpointsProps {
  readonly vpc: IVpc
  readonly subnets: ISubnet[]
  readonly endpoints: readonly Endpoint[]
  /** Whose requests they take. */
  readonly callers: ISecurityGroup
}

/**
 * Ways to AWS's services that leave the VPC's addresses alone. They are good for principals and
 * resources of this account only: what runs in the subnets cannot carry data into another account.
 */
export function addEndpoints(scope: Construct, props: EndpointsProps): void {
  const { vpc, subnets, endpoints, callers } = props
  const interfaces = endpoints.filter((endpoint) => endpoint !== 'dynamodb')
  if (endpoints.includes('dynamodb')) {
    vpc
      .addGatewayEndpoint('DynamoDb', {
        service: GatewayVpcEndpointAwsService.DYNAMODB,
        subnets: [{ subnets }],
      })
      .addToPolicy(withinAccount(scope, 'dynamodb'))
  }
  if (interfaces.length === 0) return

  const securityGroup = new SecurityGroup(scope, 'EndpointsSecurityGroup', {
    vpc,
    description: 'Sallyport: endpoints of AWS services, for its functions',
    allowAllOutbound: false,
  })
  securityGroup.addIngressRule(callers, Port.HTTPS, 'From the functions')
  for (const endpoint of interfaces) {
    const { id, service } = INTERFACES[endpoint]
    new InterfaceVpcEndpoint(scope, id, {
      vpc,
      subnets: { subnets },
      service: new InterfaceVpcEndpointAwsService(service),
      securityGroups: [securityGroup],
      open: false,
      privateDnsEnabled: true,
    }).addToPolicy(withinAccount(scope, service))
  }
}

function withinAccount(scope: Construct, service: string): PolicyStatement {
  const { account } = Stack.of(scope)
  return new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions: [`${service}:*`],
    resources: ['*'],
    conditions: {
      StringEquals: { 'aws:PrincipalAccount': account, 'aws:ResourceAccount': account },
    },
  })
}
