import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { App } from 'aws-cdk-lib'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { DEFAULT_DEPLOYMENT, deploymentsFile } from '../../lib/deployments/deployment.ts'
import { deploymentsJsonSchema } from '../../lib/deployments/deployments-json-schema.ts'
import { chooseDeployment, readDeployment } from '../../lib/deployments/read-deployment.ts'
import { DEVELOPMENT, EXAMPLE, PRODUCTION } from './examined-deployment.ts'

const FILE = 'deployments.json'
const committed = JSON.parse(readFileSync('deployments.schema.json', 'utf8'))
const matchesSchema = new Ajv2020({ allErrors: true }).compile(committed)
const example = () => JSON.parse(readFileSync(EXAMPLE, 'utf8'))

const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/0f6a3a1e'

/** What is said of a file with one deployment, `one`, of these fields. */
function problemsOf(fields: unknown): readonly string[] {
  try {
    chooseDeployment(JSON.stringify({ deployments: { one: fields } }), FILE, 'one')
    return []
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : []
  }
}

describe('A deployments file', () => {
  it('has a deployment’s defaults where it says nothing: those of no file at all', () => {
    expect(chooseDeployment('{"deployments":{"plain":{}}}', FILE, 'plain')).toEqual(
      DEFAULT_DEPLOYMENT,
    )
    expect(DEFAULT_DEPLOYMENT).toMatchObject({
      names: { stack: 'Sallyport' },
      data: { removal: 'retain' },
      retention: { auditDays: 2192 },
    })
  })

  it.each([
    [
      { upstreams: 'loopback' },
      'deployments.one: "upstreams": unknown here. Correct the name by what deployments.schema.json has, or remove it.',
    ],
    [
      { account: '1234', region: 'eu-central-1' },
      'deployments.one.account: Write the twelve digits of the account.',
    ],
    [
      { region: 'eu-central-1' },
      'deployments.one.account: Account and region stand together: add it.',
    ],
    [
      { domain: { name: 'launch.clinic.example' } },
      'deployments.one.domain.certificateArn: Missing. Add it (string).',
    ],
    [
      {
        account: '123456789012',
        region: 'eu-central-1',
        domain: { name: 'launch.clinic.example', certificateArn: CERTIFICATE },
      },
      'deployments.one.domain.certificateArn: The certificate is in eu-west-1, the deployment in eu-central-1. Ask for one there.',
    ],
    [
      {
        domain: {
          name: 'launch.clinic.example',
          certificateArn: CERTIFICATE,
          hostedZone: { id: 'Z0123456789', name: 'inic.example' },
        },
      },
      'deployments.one.domain.hostedZone.name: launch.clinic.example is not of this zone. Name the zone that has it.',
    ],
    [{ vpc: {} }, 'deployments.one.vpc: Write either "new" or "existing".'],
    [
      { vpc: { new: { natGateways: 3 } } },
      'deployments.one.vpc.new.natGateways: There are 2 zones, each with one NAT gateway at most. Write fewer.',
    ],
    [
      {
        waf: {
          mode: 'count',
          webAclArn: 'arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/1',
        },
      },
      'deployments.one.waf: A web ACL of your own has rules of its own. Remove all but "webAclArn", or that.',
    ],
    [
      { concurrency: { reserved: { refresher: 3 } } },
      'deployments.one.concurrency.reserved.refresher: A run may still be ending when the next begins: 2 schedules need 4. Write 4 or more, or leave it out.',
    ],
    [
      { concurrency: { reserved: { webhooks: 5 } } },
      'deployments.one.concurrency.reserved.webhooks: Its queue has 20 invocations at work, and what is turned away counts as tried. Write 20 or more, or leave it out.',
    ],
    [
      { concurrency: { reserved: { fhir: 5 }, provisioned: { fhir: 6 } } },
      'deployments.one.concurrency.provisioned.fhir: More than are reserved for it. Write fewer, or reserve more.',
    ],
    [
      { concurrency: { provisioned: { refresher: 1 } } },
      'deployments.one.concurrency.provisioned.refresher: Nobody waits for this function: remove it here.',
    ],
    [
      { retention: { logDays: 91 } },
      /^deployments\.one\.retention\.logDays: CloudWatch Logs keeps for one of these days: 1, 3, 5, /,
    ],
    [
      { throttles: { methods: { 'GET /launch': { rate: 1, burst: 1 } } } },
      'deployments.one.throttles.methods: "GET /launch": unknown here. Correct the name by what deployments.schema.json has, or remove it.',
    ],
    [
      { data: { removal: 'destroy', deletionProtection: true } },
      'deployments.one.data.deletionProtection: What refuses to be deleted cannot go with the stack. Write "removal": "retain".',
    ],
    [
      { keys: { administrators: ['arn:aws:iam::123456789012:user/ann'] } },
      /^deployments\.one\.keys\.administrators\[0\]: Write the ARN of a role, as /,
    ],
  ])('is refused, with what is wrong where, and what to do: %j', (fields, problem) => {
    const [first = '', ...others] = problemsOf(fields)

    expect(others).toEqual([])
    expect(first.slice(0, FILE.length + 2)).toBe(`${FILE}: `)
    expect(first.slice(FILE.length + 2)).toEqual(
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    )
  })

  it('is refused for all that is wrong in it, also in a deployment that is not chosen', () => {
    const text = JSON.stringify({
      deployments: { good: {}, bad: { account: '1' }, worse: { names: { stack: '-' }, tags: 1 } },
    })

    expect(() => chooseDeployment(text, FILE, 'good')).toThrow(
      /bad\.account.*\n.*worse\.names\.stack.*\n.*worse\.tags/,
    )
  })

  it('is refused for the name of a deployment', () => {
    expect(() => chooseDeployment('{"deployments":{"Our production":{}}}', FILE, 'x')).toThrow(
      'deployments.json: deployments["Our production"]: Name a deployment in small letters, digits and hyphens.',
    )
  })

  it('that is no JSON is refused with the place, and without what is in it', () => {
    expect(() => chooseDeployment('{"deployments": {"one": "arn:aws:secret}', FILE, 'one')).toThrow(
      /^deployments\.json: not JSON(, at line \d+ column \d+)?\. An editor that knows JSON marks the place\.$/,
    )
  })
})

describe('The choice of a deployment', () => {
  const choose = (context: Readonly<Record<string, string>>, path = FILE) =>
    readDeployment(new App({ context, outdir: '.sallyport/unused' }), path)

  it('is made by the context, or else by SALLYPORT_DEPLOYMENT', () => {
    vi.stubEnv('SALLYPORT_DEPLOYMENT', 'production')
    expect(choose({}, EXAMPLE)).toEqual(PRODUCTION)
    expect(choose({ deployment: 'development' }, EXAMPLE)).toEqual(DEVELOPMENT)
    vi.unstubAllEnvs()
    expect(choose({ deployments: EXAMPLE, deployment: 'production' })).toEqual(PRODUCTION)
  })

  it('has to be made where there is a file, and names one that is there', () => {
    const among =
      'Choose one of development, production, by -c deployment=name or SALLYPORT_DEPLOYMENT.'

    expect(() => choose({}, EXAMPLE)).toThrow(`${EXAMPLE}: no deployment is chosen. ${among}`)
    expect(() => choose({ deployment: 'staging' }, EXAMPLE)).toThrow(
      `${EXAMPLE}: there is no deployment staging. ${among}`,
    )
    expect(() => choose({ deployment: 'toString' }, EXAMPLE)).toThrow(
      'there is no deployment toString',
    )
  })

  it('cannot be made of a file that is not there; without one and a choice all is as by default', () => {
    expect(choose({}, 'no-such.json')).toEqual(DEFAULT_DEPLOYMENT)
    expect(() => choose({ deployment: 'production' }, 'no-such.json')).toThrow(
      /^no-such\.json: there is no such file, and the deployment production is wanted of it\. Copy examples/,
    )
  })
})

describe('deployments.schema.json', () => {
  it('is the one that the code has', () => {
    expect(committed, 'Run: npm run docs && npm run format').toEqual(
      JSON.parse(JSON.stringify(deploymentsJsonSchema())),
    )
  })

  it('takes the example, and offers an editor functions and methods', () => {
    expect(matchesSchema(example()), JSON.stringify(matchesSchema.errors)).toBe(true)
    expect(JSON.stringify(committed)).toContain('"data-model"')
    expect(JSON.stringify(committed)).toContain('"POST /auth/token"')
  })

  it('marks in an editor what synthesis refuses for its form, and nothing else (property)', () => {
    const places = placesOf(example())
    const values = fc.oneof(
      fc.constantFrom<unknown>('', 'a b', 'x', -1, 0, 1, 90, 2192, 1.5, true, null, [], {}),
      fc.constantFrom<unknown>(...places.map((place) => at(example(), place))),
    )
    let refused = 0

    fc.assert(
      fc.property(fc.constantFrom(...places), fc.option(values), (place, value) => {
        const file = example()
        const parent = Object(at(file, place.slice(0, -1)))
        parent[place.at(-1) ?? ''] = value ?? undefined
        const given = JSON.parse(JSON.stringify(file))
        const { success } = deploymentsFile.safeParse(given)
        if (!success) refused += 1

        expect(matchesSchema(given), JSON.stringify(matchesSchema.errors)).toBe(success)
      }),
      { numRuns: 1_000 },
    )
    expect(refused).toBeGreaterThan(200)
  })
})

/** Every place in a file, and in every object one that is not known. */
function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [
    ...(path.length > 0 ? [path] : []),
    ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key])),
    ...(Array.isArray(value) ? [] : [[...path, 'surplus']]),
  ]
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => Object(inner)[key], value)
}
