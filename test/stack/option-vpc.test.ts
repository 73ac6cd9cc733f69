import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { describe, expect, it } from 'vitest'
import { KeyAccess } from '../../lib/constructs/key-access.ts'
import { PrivateNetwork } from '../../lib/constructs/private-network.ts'
import { StorageKey } from '../../lib/constructs/storage-key.ts'
import { deployment } from '../../lib/deployments/deployment.ts'
import { allOf, flatten, idOf, resourcesOf } from './broker-template.ts'
import { examine, OTHERWISE, PRODUCTION } from './examined-deployment.ts'

const production = () => examine(PRODUCTION).template
const otherwise = () => examine(OTHERWISE).template

describe('A VPC', () => {
  it('has every function in its private subnets, let out by 443 alone and in by nothing', () => {
    const template = production()
    const subnets = resourcesOf(template, 'AWS::EC2::Subnet')
      .filter(([id]) => id.includes('Functions'))
      .map(([id]) => ({ Ref: id }))
    const functions = allOf(template, 'AWS::Lambda::Function')

    expect(subnets).toHaveLength(3)
    for (const { VpcConfig } of functions) {
      expect(VpcConfig.SubnetIds).toEqual(subnets)
      expect(VpcConfig.SecurityGroupIds.map(flatten)).toEqual(['NetworkFunctionsSecurityGroup'])
    }
    const group = resourcesOf(template, 'AWS::EC2::SecurityGroup').find(
      ([id]) => idOf(id) === 'NetworkFunctionsSecurityGroup',
    )?.[1].Properties
    expect(group.SecurityGroupIngress).toBeUndefined()
    expect(group.SecurityGroupEgress).toEqual([
      expect.objectContaining({
        CidrIp: '0.0.0.0/0',
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
      }),
    ])
    const into = allOf(template, 'AWS::EC2::SecurityGroupIngress').map(({ GroupId, ...rule }) => [
      flatten(GroupId),
      flatten(rule.SourceSecurityGroupId),
      rule.FromPort,
      rule.ToPort,
    ])
    expect(into).toEqual([
      ['NetworkEndpointsSecurityGroup', 'NetworkFunctionsSecurityGroup', 443, 443],
    ])
  })

  it('has no route from the functions’ subnets but by NAT, whose addresses are told and kept', () => {
    const template = production()
    const addresses = resourcesOf(template, 'AWS::EC2::EIP')
    const routes = resourcesOf(template, 'AWS::EC2::Route').filter(([id]) =>
      id.includes('Functions'),
    )

    expect(routes).toHaveLength(3)
    for (const [, { Properties }] of routes) {
      expect(Properties).toHaveProperty('NatGatewayId')
      expect(Properties).not.toHaveProperty('GatewayId')
    }
    expect(flatten(template.findOutputs('*')['EgressAddresses']?.['Value'])).toBe(
      addresses.map(([id]) => idOf(id)).join(),
    )
    for (const [, address] of addresses) expect(address).toMatchObject({ DeletionPolicy: 'Retain' })
    const open = resourcesOf(template, 'AWS::EC2::Subnet').map(
      ([, { Properties }]) => Properties.MapPublicIpOnLaunch,
    )
    expect(open).toEqual(open.map(() => false))
  })

  it('has endpoints for this account’s principals and resources, and no others', () => {
    const endpoints = allOf(production(), 'AWS::EC2::VPCEndpoint')
    const services = endpoints.map(({ ServiceName, VpcEndpointType }) => [
      (typeof ServiceName === 'string' ? ServiceName : flatten(ServiceName)).split('.').at(-1),
      VpcEndpointType,
    ])

    expect(Object.fromEntries(services)).toEqual({
      dynamodb: 'Gateway',
      kms: 'Interface',
      secretsmanager: 'Interface',
      logs: 'Interface',
      events: 'Interface',
      sqs: 'Interface',
      scheduler: 'Interface',
    })
    for (const { PolicyDocument, PrivateDnsEnabled, VpcEndpointType } of endpoints) {
      expect(PolicyDocument.Statement).toEqual([
        expect.objectContaining({
          Condition: {
            StringEquals: {
              'aws:PrincipalAccount': '123456789012',
              'aws:ResourceAccount': '123456789012',
            },
          },
        }),
      ])
      if (VpcEndpointType === 'Interface') expect(PrivateDnsEnabled).toBe(true)
    }
  })

  it('lets no function’s own code make or remove network interfaces', () => {
    const policies = allOf(production(), 'AWS::IAM::Policy').filter(({ PolicyDocument }) =>
      JSON.stringify(PolicyDocument).includes('ec2:'),
    )

    expect(policies).toHaveLength(11)
    for (const { PolicyDocument } of policies) {
      const [allowed, denied] = ['Allow', 'Deny'].map((effect) =>
        PolicyDocument.Statement.find(
          ({ Action, Effect }: { Action: unknown; Effect: string }) =>
            Effect === effect && String(Action).includes('ec2:'),
        ),
      )
      expect(denied.Action).toEqual(allowed.Action)
      expect(denied.Condition).toEqual({ Null: { 'lambda:SourceFunctionArn': 'false' } })
    }
  })

  it('of the account’s own stays as it is: functions and the endpoints that are wanted come into it', () => {
    const template = otherwise()

    expect(allOf(template, 'AWS::EC2::VPCEndpoint').map(({ VpcId }) => VpcId)).toEqual([
      'vpc-0a1b2c3d',
      'vpc-0a1b2c3d',
    ])
    for (const { VpcConfig } of allOf(template, 'AWS::Lambda::Function')) {
      expect(VpcConfig.SubnetIds).toEqual(['subnet-0a1b2c30', 'subnet-0a1b2c31'])
    }
    for (const type of ['VPC', 'Subnet', 'Route', 'NatGateway', 'InternetGateway', 'EIP']) {
      template.resourceCountIs(`AWS::EC2::${type}`, 0)
    }
    expect(template.findOutputs('*')).not.toHaveProperty('EgressAddresses')
  })

  it('without NAT gateways has no way out that is not the operator’s', () => {
    const stack = new Stack(new App({ outdir: '.sallyport/unused' }), 'Alone')
    const access = new KeyAccess(stack, {})
    const { vpc } = deployment.parse({ vpc: { new: { natGateways: 0 } } })
    new PrivateNetwork(stack, 'Network', {
      vpc: vpc ?? { endpoints: [] },
      storageKey: new StorageKey(stack, 'Key', { access }),
      logRetention: RetentionDays.ONE_WEEK,
    })
    const template = Template.fromStack(stack)

    template.resourceCountIs('AWS::EC2::Subnet', 2)
    for (const type of ['Route', 'NatGateway', 'InternetGateway', 'EIP']) {
      template.resourceCountIs(`AWS::EC2::${type}`, 0)
    }
  })
})
