import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { App } from 'aws-cdk-lib'
import * as z from 'zod'
import { checkDeployment } from './check-deployment.ts'
import { DEFAULT_DEPLOYMENT, type Deployment, deploymentsFile } from './deployment.ts'

/**
 * The deployment that the command line chooses of a file, by `-c deployment=name` or by the variable
 * `SALLYPORT_DEPLOYMENT`. Where there is no file, there is one deployment, and it has all defaults.
 *
 * @param path of the file; the context `deployments` names another
 * @throws Error that names the file, what is wrong in it, and what to do
 */
export function readDeployment(app: App, path: string): Deployment {
  const named: unknown = app.node.tryGetContext('deployments')
  const file = typeof named === 'string' ? named : path
  const given: unknown = app.node.tryGetContext('deployment') ?? process.env['SALLYPORT_DEPLOYMENT']
  const name = typeof given === 'string' && given !== '' ? given : undefined

  if (!existsSync(resolve(file))) {
    if (name === undefined && named === undefined) return DEFAULT_DEPLOYMENT
    throw new Error(
      `${file}: there is no such file, and the deployment ${name ?? ''} is wanted of it. Copy examples/deployments/deployments.json, or choose none.`,
    )
  }
  return chooseDeployment(readFileSync(resolve(file), 'utf8'), file, name)
}

/**
 * A deployment of a file.
 *
 * @param text what is in the file
 * @param file its name, for errors
 * @throws Error with a line for each problem: file, path, what is wrong and what to do
 */
export function chooseDeployment(text: string, file: string, name: string | undefined): Deployment {
  const parsed = deploymentsFile.safeParse(parseJson(text, file), { error: explain })
  if (!parsed.success) {
    refuse(
      file,
      parsed.error.issues.flatMap((issue) => said(issue)),
    )
  }

  const { deployments } = parsed.data
  const problems = Object.entries(deployments).flatMap(([one, deployment]) =>
    checkDeployment(deployment).map(({ path, message }) => ({
      path: ['deployments', one, ...path],
      message,
    })),
  )
  if (problems.length > 0) refuse(file, problems)

  if (name !== undefined && Object.hasOwn(deployments, name)) {
    const chosen = deployments[name]
    if (chosen) return chosen
  }
  const names = Object.keys(deployments).join(', ')
  throw new Error(
    `${file}: ${name === undefined ? 'no deployment is chosen' : `there is no deployment ${name}`}. Choose one of ${names}, by -c deployment=name or SALLYPORT_DEPLOYMENT.`,
  )
}

interface Said {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** A key that is none is a problem of the key: what zod says of it stands one level down. */
function said(issue: z.core.$ZodIssue): readonly Said[] {
  return issue.code === 'invalid_key'
    ? issue.issues.map(({ message }) => ({ path: issue.path, message }))
    : [issue]
}

function refuse(file: string, problems: readonly Said[]): never {
  const lines = problems.map(({ path, message }) => `${file}: ${pathOf(path)}${message}`)
  throw new Error(lines.join('\n'))
}

function pathOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return ''
  const steps = path.map((step) =>
    typeof step === 'number'
      ? `[${step}]`
      : /^[\w$-]+$/.test(String(step))
        ? `.${String(step)}`
        : `["${String(step)}"]`,
  )
  return `${steps.join('').replace(/^\./, '')}: `
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    const place = /line \d+ column \d+/.exec(error instanceof Error ? error.message : '')?.[0]
    throw new Error(
      `${file}: not JSON${place ? `, at ${place}` : ''}. An editor that knows JSON marks the place.`,
    )
  }
}

const english = z.locales.en()

function explain(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => `"${key}"`).join(', ')
    return `${names}: unknown here. Correct the name by what deployments.schema.json has, or remove it.`
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return `Missing. Add it (${issue.expected}).`
  }
  const { message } = Object(english.localeError(issue))
  return `${typeof message === 'string' ? message : english.localeError(issue)}.`
}
