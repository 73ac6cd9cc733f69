import * as z from 'zod'
import { FUNCTION_NAMES } from '../constructs/function-name.ts'
import { ROUTES } from '../constructs/routes.ts'
import { arn, count, namePart, retentionDays, role, text } from './deployment-fields.ts'
import { domain, vpc, waf } from './network-fields.ts'

/** Every method of the API, as `POST /auth/token`. */
const METHODS = ROUTES.flatMap(({ path, methods }) => methods.map((method) => `${method} ${path}`))

/** A limit for functions; which there are, an editor shows. */
function byFunction(least: number, most: number, what: string) {
  return z
    .partialRecord(z.enum(FUNCTION_NAMES), count(least, most, 'Invocations at once.'))
    .prefault({})
    .describe(what)
}

const throttle = z.strictObject({
  rate: count(1, 100_000, 'Requests a second, on the average.'),
  burst: count(1, 100_000, 'Requests at once.'),
})

const names = z.strictObject({
  stack: namePart('The stack. Choose once: another name is another deployment.').default(
    'Sallyport',
  ),
  prefix: namePart(
    'Begins the names that the stack gives: secrets, event bus, alarms. Choose once: secrets do not follow. The stack’s name by default.',
  ).optional(),
})

const concurrency = z.strictObject({
  reserved: byFunction(
    1,
    100_000,
    'Invocations at once that are kept for a function, which gets no more.',
  ),
  provisioned: byFunction(
    1,
    10_000,
    'Instances that are kept warm, at a price by the hour, for doors that people wait at.',
  ),
})

const retention = z.strictObject({
  logDays: retentionDays('Of the functions’ logs. 90 by default.').default(90),
  accessLogDays: retentionDays(
    'Of what API Gateway, WAF and the network log. 90 by default.',
  ).default(90),
  auditDays: retentionDays(
    'Of the record of who read whom. 2192 by default, the six years of 45 CFR 164.316.',
  ).default(2192),
})

const data = z.strictObject({
  removal: z
    .enum(['retain', 'destroy'], 'Write "retain" or "destroy".')
    .default('retain')
    .describe('What becomes of tables, keys and logs when the stack is deleted.'),
  deletionProtection: z
    .boolean()
    .default(false)
    .describe('Whether tables, and the stack itself, refuse to be deleted.'),
  recoveryDays: count(
    1,
    35,
    'How far back sessions and registry can be restored. 35 by default.',
  ).optional(),
})

const generations = (example: string, description: string) =>
  text(
    /^[1-9]\d*(?:-ES384)?(?:,[1-9]\d*(?:-ES384)?)*$/,
    `Write numbers with commas between, the one in use first, as "${example}".`,
    description,
  ).optional()

const keys = z.strictObject({
  sealing: generations('2,1', 'The generations of the sealing key, the one in use first.'),
  assertions: generations(
    '2-ES384,1',
    'The generations of the key of client assertions, the one in use first.',
  ),
  tokens: generations('2,1', 'The generations of the key of apps’ access tokens.'),
  messages: generations('2,1', 'The generations of the keys of SSO messages.'),
  samlSigning: generations('2,1', 'The generations of the key that signs SAML requests.'),
  samlEncryption: generations('2,1', 'The generations of the key that SAML is encrypted to.'),
  administrators: z
    .array(role)
    .min(1, 'Name a role, or leave the field out.')
    .optional()
    .describe(
      'Who may administer the keys, beside the role that deploys and the account’s root user. Without: whom IAM lets.',
    ),
  users: z
    .array(role)
    .optional()
    .describe(
      'Who may use the keys, beside the functions and the role that deploys. Without: whom IAM lets.',
    ),
})

const tableGeneration = count(
  1,
  1_000,
  'The generation: a next one is a new table, empty. 1 by default.',
).optional()

const tables = z.strictObject({
  sessions: tableGeneration,
  launches: tableGeneration,
  registry: tableGeneration,
})

/** One deployment, whole: what the file leaves out has its default. */
export const deployment = z.strictObject({
  names: names.prefault({}).describe('Names.'),
  account: text(/^\d{12}$/, 'Write the twelve digits of the account.', 'The account.').optional(),
  region: text(
    /^[a-z]{2}(?:-[a-z]+)+-\d$/,
    'Write the region’s name, as eu-central-1.',
    'The region. With `account`, or neither.',
  ).optional(),
  domain: domain.optional(),
  vpc: vpc.optional(),
  waf: waf.optional(),
  throttles: z
    .strictObject({
      stage: throttle
        .prefault({ rate: 2000, burst: 4000 })
        .describe('All requests together, of each route that has no limit of its own.'),
      methods: z
        .partialRecord(z.enum(METHODS), throttle)
        .prefault({})
        .describe('Limits of single methods, as "POST /auth/token".'),
    })
    .prefault({})
    .describe('What API Gateway lets through.'),
  concurrency: concurrency.prefault({}).describe('How many invocations run at once.'),
  retention: retention.prefault({}).describe('How long logs are kept, in days.'),
  data: data.prefault({}).describe('What protects what is stored.'),
  keys: keys.prefault({}).describe('Keys in KMS.'),
  tables: tables.prefault({}).describe('Tables, where one had to be replaced.'),
  refresh: z
    .strictObject({
      schedules: count(1, 16, 'How many runs share the due sessions. 2 by default.').default(2),
      concurrency: count(
        1,
        500,
        'Sessions of a run that are at their EHR at once. 50 by default.',
      ).default(50),
    })
    .prefault({})
    .describe('The refresher.'),
  alarms: z
    .strictObject({
      topicArn: arn('sns', '[\\w-]+', 'An SNS topic that the alarms tell.').optional(),
      requestsAnHour: count(
        1,
        1_000_000_000,
        'More in an hour than are expected, for an alarm. 100,000 by default.',
      ).default(100_000),
    })
    .prefault({})
    .describe('Alarms.'),
  tags: z
    .record(
      text(/^(?!aws:)[\w .:/=+@-]{1,128}$/, 'A tag’s name does not begin with aws:.', 'Its name.'),
      text(/^[\w .:/=+@-]{0,256}$/, 'Use letters, digits and . : / = + @ - _', 'Its value.'),
    )
    .prefault({})
    .describe('Tags of the stack, which CloudFormation gives to all that it makes.'),
})

/** One deployment, with its defaults. */
export type Deployment = z.output<typeof deployment>

/** What is deployed where nothing is chosen. */
export const DEFAULT_DEPLOYMENT: Deployment = deployment.parse({})

export const deploymentsFile = z.strictObject({
  $schema: z.string().optional(),
  deployments: z
    .record(
      text(
        /^[a-z][a-z0-9-]{0,39}$/,
        'Name a deployment in small letters, digits and hyphens.',
        'Its name, for `cdk deploy -c deployment=name`.',
      ),
      deployment,
    )
    .describe('The deployments by their names.'),
})
