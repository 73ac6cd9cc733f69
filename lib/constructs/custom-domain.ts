import {
  BasePathMapping,
  DomainName,
  EndpointAccessMode,
  EndpointType,
  SecurityPolicy,
  type Stage,
} from 'aws-cdk-lib/aws-apigateway'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53'
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets'
import { Construct } from 'constructs'
import type { Deployment } from '../deployments/deployment.ts'

export interface CustomDomainProps {
  readonly domain: NonNullable<Deployment['domain']>
  readonly stage: Stage
}

/** A host name for the API, in its region, with the stage at its root. */
export class CustomDomain extends Construct {
  /** What a DNS record of that name leads to. */
  readonly target: string

  constructor(scope: Construct, id: string, { domain, stage }: CustomDomainProps) {
    super(scope, id)

    const { name, certificateArn, minimumTls, hostedZone } = domain
    const domainName = new DomainName(this, 'Resource', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      ...(minimumTls === '1.3'
        ? {
            securityPolicy: SecurityPolicy.TLS13_1_3_2025_09,
            // Whoever names another host than in the handshake is refused.
            endpointAccessMode: EndpointAccessMode.STRICT,
          }
        : { securityPolicy: SecurityPolicy.TLS_1_2 }),
    })
    new BasePathMapping(this, 'Root', { domainName, restApi: stage.restApi, stage })
    this.target = domainName.domainNameAliasDomainName

    if (hostedZone) {
      new ARecord(this, 'Record', {
        zone: HostedZone.fromHostedZoneAttributes(this, 'Zone', {
          hostedZoneId: hostedZone.id,
          zoneName: hostedZone.name,
        }),
        recordName: `${name}.`,
        target: RecordTarget.fromAlias(new ApiGatewayDomain(domainName)),
      })
    }
  }
}
