import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import {
  CfnEIP,
  FlowLogDestination,
  IpAddresses,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  Subnet,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2'
import { Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Deployment } from '../deployments/deployment.ts'
import type { StorageKey } from './storage-key.ts'
import { addEndpoints } from './vpc-endpoints.ts'

type VpcSetting = NonNullable<Deployment['vpc']>

export interface PrivateNetworkProps {
  readonly vpc: VpcSetting
  /** Encrypts the flow log. */
  readonly storageKey: StorageKey
  readonly logRetention: RetentionDays
}

interface Place {
  readonly vpc: IVpc
  readonly subnets: ISubnet[]
}

/** What Lambda does to a network in the name of a function that runs in it. */
const NETWORK_INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
]

/** Private subnets for the functions, of a VPC of the account's or of one made here. */
export class PrivateNetwork extends Construct {
  /** For a function's properties. */
  readonly placement: {
    readonly vpc: IVpc
    readonly vpcSubnets: { readonly subnets: ISubnet[] }
    readonly securityGroups: SecurityGroup[]
  }
  /** From where EHRs are called, if the way out is made here. */
  readonly egressAddresses: readonly string[]

  constructor(scope: Construct, id: string, props: PrivateNetworkProps) {
    super(scope, id)

    const { existing, endpoints } = props.vpc
    const { vpc, subnets } = existing ? this.#find(existing) : this.#make(props)
    const functions = new SecurityGroup(this, 'FunctionsSecurityGroup', {
      vpc,
      description: 'Sallyport: its functions, which call by https and are called by nobody',
      allowAllOutbound: false,
    })
    functions.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'To EHRs, apps and AWS')
    addEndpoints(this, { vpc, subnets, endpoints, callers: functions })

    this.placement = { vpc, vpcSubnets: { subnets }, securityGroups: [functions] }
    this.egressAddresses = this.node
      .findAll()
      .filter((construct) => construct instanceof CfnEIP)
      .map((address) => {
        // Hospitals write it into their firewalls.
        address.applyRemovalPolicy(RemovalPolicy.RETAIN)
        return address.ref
      })
  }

  /** Lets Lambda connect a function with the subnets, and the function's own code do nothing to them. */
  admit(grantee: IGrantable & Construct): void {
    Validations.of(grantee).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'Lambda makes and removes the network interfaces, whose ids nobody knows before, in the ' +
        'role’s name. The function’s code is denied the same actions.',
    })
    const { grantPrincipal } = grantee
    const what = { actions: NETWORK_INTERFACES, resources: ['*'] }
    grantPrincipal.addToPrincipalPolicy(new PolicyStatement(what))
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        ...what,
        effect: Effect.DENY,
        // Only what a function's own code calls carries it.
        conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
      }),
    )
  }

  #find({ id, subnets }: NonNullable<VpcSetting['existing']>): Place {
    return {
      vpc: Vpc.fromVpcAttributes(this, 'Vpc', {
        vpcId: id,
        availabilityZones: subnets.map(({ availabilityZone }) => availabilityZone),
        privateSubnetIds: subnets.map((subnet) => subnet.id),
        privateSubnetRouteTableIds: subnets.map(({ routeTable }) => routeTable),
      }),
      subnets: subnets.map((subnet, index) =>
        Subnet.fromSubnetAttributes(this, `Subnet${index}`, {
          subnetId: subnet.id,
          availabilityZone: subnet.availabilityZone,
          routeTableId: subnet.routeTable,
        }),
      ),
    }
  }

  #make({ vpc: { new: wanted }, storageKey, logRetention }: PrivateNetworkProps): Place {
    const zones = wanted?.availabilityZones ?? Stack.of(this).availabilityZones.slice(0, 2)
    const natGateways = wanted?.natGateways ?? zones.length
    const vpc = new Vpc(this, 'Vpc', {
      ...(wanted && { ipAddresses: IpAddresses.cidr(wanted.cidr) }),
      availabilityZones: [...zones],
      natGateways,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration:
        natGateways === 0
          ? [{ name: 'Functions', subnetType: SubnetType.PRIVATE_ISOLATED }]
          : [
              { name: 'Functions', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
              {
                name: 'Egress',
                subnetType: SubnetType.PUBLIC,
                mapPublicIpOnLaunch: false,
                cidrMask: 28,
              },
            ],
    })
    Validations.of(vpc).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'Named zones are a wish of the deployment: no new zone of the region moves a subnet.',
    })
    vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'FlowLogs', { retention: logRetention, encryptionKey: storageKey.key }),
      ),
    })
    // The CDK's types are not made for `exactOptionalPropertyTypes`.
    return {
      vpc: vpc as IVpc,
      subnets: natGateways === 0 ? vpc.isolatedSubnets : vpc.privateSubnets,
    }
  }
}
