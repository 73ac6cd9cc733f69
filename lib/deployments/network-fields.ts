import * as z from 'zod'
import { arn, count, resourceId, text } from './deployment-fields.ts'

const HOST = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/

export const domain = z
  .strictObject({
    name: text(
      HOST,
      'Write a host name in lower case without scheme and path, as launch.example.org.',
      'The host name of the broker. All addresses follow it: redirect URIs, key set, FHIR base.',
    ),
    certificateArn: arn(
      'acm',
      'certificate/[0-9a-f-]+',
      'A certificate for that name in ACM, in the deployment’s region.',
    ),
    minimumTls: z
      .enum(['1.2', '1.3'], 'Write "1.2" or "1.3".')
      .default('1.2')
      .describe('The oldest TLS that is spoken.'),
    hostedZone: z
      .strictObject({
        id: resourceId(/^Z[A-Z0-9]{1,31}$/, 'Z0123456789ABCDEFGHIJ', 'The zone’s id.'),
        name: text(HOST, 'Write the zone’s domain, as example.org.', 'The domain of the zone.'),
      })
      .optional()
      .describe('The zone of Route 53 that gets the record; without, you make one yourself.'),
  })
  .describe('A host name of your own, in place of the one of API Gateway.')

/** What the functions call through the network; and `scheduler`, for what else you run in it. */
const ENDPOINTS = [
  'dynamodb',
  'kms',
  'secretsmanager',
  'logs',
  'events',
  'sqs',
  'scheduler',
] as const

export type Endpoint = (typeof ENDPOINTS)[number]

const NEEDED = ENDPOINTS.filter((endpoint) => endpoint !== 'scheduler')

const zone = text(
  /^[a-z]{2}(?:-[a-z]+)+-\d[a-z]$/,
  'Write the zone’s name, as eu-central-1a.',
  'Its zone.',
)

export const vpc = z
  .strictObject({
    new: z
      .strictObject({
        cidr: text(
          /^(?:\d{1,3}\.){3}\d{1,3}\/(?:1[6-9]|2[0-4])$/,
          'Write a range of IPv4 addresses from /16 to /24, as 10.64.0.0/20.',
          'Its addresses. They may overlap with nothing that you will connect to it.',
        ).default('10.64.0.0/20'),
        availabilityZones: z
          .array(zone)
          .min(2, 'Name two zones or three.')
          .max(3, 'Name two zones or three.')
          .optional()
          .describe(
            'By their names, with a subnet of the functions in each. The first two of the region by default.',
          ),
        natGateways: count(
          0,
          3,
          'NAT gateways, the way out to EHRs; one for each zone by default. 0: the way out is yours to add.',
        ).optional(),
      })
      .optional()
      .describe('A VPC that the stack makes.'),
    existing: z
      .strictObject({
        id: resourceId(/^vpc-[0-9a-f]+$/, 'vpc-0123456789abcdef0', 'The VPC.'),
        subnets: z
          .array(
            z.strictObject({
              id: resourceId(/^subnet-[0-9a-f]+$/, 'subnet-0123456789abcdef0', 'The subnet.'),
              availabilityZone: zone,
              routeTable: resourceId(
                /^rtb-[0-9a-f]+$/,
                'rtb-0123456789abcdef0',
                'Its route table, which has a way out to EHRs.',
              ),
            }),
          )
          .min(2, 'Name private subnets in at least two zones.')
          .describe('Private subnets for the functions.'),
      })
      .optional()
      .describe('A VPC of yours.'),
    endpoints: z
      .array(z.enum(ENDPOINTS, `An endpoint is one of ${ENDPOINTS.join(', ')}.`))
      .default([...NEEDED])
      .describe(
        'VPC endpoints that the stack makes: by default those that its functions call. Leave out which the VPC has.',
      ),
  })
  .describe('Functions in private subnets. Without, they have the network of Lambda.')

export const waf = z
  .strictObject({
    webAclArn: arn(
      'wafv2',
      'regional/webacl/[^/]+/[0-9a-f-]+',
      'A web ACL of the account’s own. Then all other fields are absent.',
    ).optional(),
    mode: z
      .enum(['block', 'count'], 'Write "block" or "count".')
      .optional()
      .describe('"count" blocks nothing and counts what it would. "block" by default.'),
    launchesFromAnAddress: count(
      10,
      2_000_000_000,
      'Requests to the doors of persons that one IP address may make in five minutes; a hospital may have one address. 5,000 by default.',
    ).optional(),
    requestsFromAnAddress: count(
      10,
      2_000_000_000,
      'Requests of all kinds likewise; an app’s server may have one address. 300,000 by default.',
    ).optional(),
  })
  .describe('AWS WAF before the API.')
