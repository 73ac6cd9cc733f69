import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Upstreams } from '#contract/upstreams.ts'
import { brokerApp, STACK_NAME } from '../../lib/broker-app.ts'
import { synthesizeBroker } from '../../lib/synthesize-broker.ts'

const ROOT = join(import.meta.dirname, '../..')

async function setup() {
  const folder = await mkdtemp(join(tmpdir(), 'broker-app-'))
  return {
    folder,
    template: () => readFile(join(folder, `${STACK_NAME}.template.json`), 'utf8'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Runs bin/app.ts as the CDK's command line does, with whatever a caller may bring to it. */
async function runApp(
  outdir: string,
  context: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'bin/app.ts', '--upstreams=loopback', 'loopback'],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        ...environment,
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [] }),
      },
    },
  )
}

describe('brokerApp', () => {
  it('has no AwsSolutions finding that nobody has answered for', async () => {
    await using assembly = await setup()
    const app = brokerApp({ upstreams: 'public', bundling: false, outdir: assembly.folder })

    expect(() => app.synth()).not.toThrow()
  })

  it('is for any account and region, and its description says which release it is', async () => {
    await using assembly = await setup()
    const app = brokerApp({ upstreams: 'public', bundling: false, outdir: assembly.folder })
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))

    const { environment, template } = app.synth().getStackByName(STACK_NAME)

    expect(environment).toMatchObject({ account: 'unknown-account', region: 'unknown-region' })
    expect(template.Description).toBe(`Sallyport ${version}`)
  })

  it('takes public addresses or loopback, and nothing that is both', () => {
    expectTypeOf<Upstreams>().toEqualTypeOf<'public' | 'loopback'>()
    expectTypeOf<Parameters<typeof brokerApp>[0]['upstreams']>().toEqualTypeOf<Upstreams>()
  })
})

describe('synthesizeBroker', () => {
  it('writes the stack for this machine, loopback in every function, where it is told', async () => {
    await using assembly = await setup()

    const written = synthesizeBroker({
      upstreams: 'loopback',
      outdir: assembly.folder,
      bundling: false,
    })

    expect(written).toEqual({ directory: assembly.folder, stackName: STACK_NAME })
    expect(new Set(upstreamsIn(await assembly.template()))).toEqual(new Set(['loopback']))
  })
})

describe('bin/app.ts', () => {
  it('cannot be talked into loopback, by arguments, context or environment', async () => {
    await using assembly = await setup()

    await runApp(
      assembly.folder,
      {
        upstreams: 'loopback',
        UPSTREAMS: 'loopback',
        'sallyport:upstreams': 'loopback',
        deployments: 'examples/deployments/deployments.json',
        deployment: 'production',
      },
      { UPSTREAMS: 'loopback', SALLYPORT_UPSTREAMS: 'loopback' },
    )

    const template = await assembly.template()
    expect(new Set(upstreamsIn(template))).toEqual(new Set(['public']))
    expect(template).not.toContain('loopback')
  })

  it('reads nothing that could choose: its code names no input', async () => {
    const code = await readFile(join(ROOT, 'bin/app.ts'), 'utf8')

    expect(code).toMatch(/brokerApp\(\{ upstreams: 'public', deployment: 'deployments\.json' \}\)/)
    expect(code).not.toMatch(/process|tryGetContext|argv|env|loopback/)
  })
})

/** Of every function that fetches; the session function reaches nothing but AWS. */
function upstreamsIn(template: string): readonly string[] {
  const resources: readonly TemplateResource[] = Object.values(JSON.parse(template).Resources)
  return resources
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .flatMap(({ Properties }) => Properties.Environment.Variables.UPSTREAMS ?? [])
}

interface TemplateResource {
  readonly Type: string
  readonly Properties: {
    readonly Environment: { readonly Variables: { readonly UPSTREAMS?: string } }
  }
}
