import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CliContext, CliOptions, ExitCode } from '#cli/cli-context.ts'
import { CliError } from '#cli/cli-error.ts'
import { findStackOutputs, type StackOutputs } from '#cli/stack-outputs.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { normalIssuer } from '#core/registry/normal-issuer.ts'
import { parseRegistry } from '#core/registry/parse-registry.ts'
import { VENDORS, type VendorId } from '#core/vendors/index.ts'
import { describeEhr, describeUnfound } from './describe-ehr.ts'
import { findEhr, vendorOf } from './find-ehr.ts'
import { hospitalMail, type StackAddresses } from './hospital-mail.ts'
import { proposeConnection } from './propose-connection.ts'
import {
  EMPTY_REGISTRY,
  type NewConnection,
  type RegistryText,
  registryWith,
} from './registry-with.ts'

const DEFAULT_FILE = 'registry.json'

/** Stands where the vendor's answer goes; no client is called so, and it says what to do. */
const NO_CLIENT_ID = 'the client id that the vendor gives you'

const ENVIRONMENTS = ['Development', 'Staging', 'Production'] as const

/**
 * `sallyport connect <fhir-base>`: asks an EHR what it is, and adds a connection to it to the registry
 * file; prints what to register there, and the mail that asks for it. The stack is not touched.
 */
export async function connectCommand(
  fhirBaseUrl: string,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  if (normalIssuer(fhirBaseUrl) === undefined) {
    throw new CliError('Give the FHIR base URL in full: https://ehr.example.org/fhir/r4', 2)
  }
  const outputs = findStackOutputs(context.cwd, options)
  const upstreams = outputs?.[OUTPUTS.upstreams] ?? 'public'
  const path = options.file ?? DEFAULT_FILE
  const before = readRegistry(path, upstreams, context)
  const asked = whatIsAsked(fhirBaseUrl, options, before)

  const wanted = options.scopes?.split(/[\s,]+/).filter(Boolean)
  const found = await findEhr(
    fhirBaseUrl,
    { ...asked, scopes: wanted ?? ['openid'] },
    context.egress(upstreams),
  )
  if ('reason' in found) {
    for (const line of describeUnfound(found)) context.writeError(line)
    context.writeError(`${path}: nothing was written.`)
    return 1
  }

  const proposal = proposeConnection(found, wanted)
  const made = registryWith(
    before,
    { ...asked, fhirBaseUrl, fhirVersion: proposal.fhirVersion, proposal },
    randomUUID,
  )
  const text = `${JSON.stringify(made.registry, undefined, 2)}\n`
  const checked = parseRegistry(text, { upstreams })
  if ('problems' in checked) {
    for (const { path: at, message } of checked.problems) {
      context.writeError(`${path}: ${at}: ${message}`)
    }
    context.writeError(`${path}: nothing was written.`)
    return 1
  }
  writeFileSync(resolve(context.cwd, path), text)

  const addresses = addressesOf(outputs, made.connection)
  const lines = [
    ...describeEhr(found, proposal),
    '',
    `${path}: connection "${made.connection}" and registration "${made.registration}" were added.`,
    '',
    `Redirect URI  ${addresses.redirectUri}`,
    `Launch URL    ${addresses.launchUrl}`,
    `JWKS          ${addresses.jwksUrl}`,
    '',
    'A mail to the hospital:',
    '',
    ...hospitalMail(addresses, {
      app: made.registry.apps.find(({ id }) => id === asked.app)?.name ?? asked.app,
      fhirBaseUrl,
      vendor: found.vendor,
      hasClientId: asked.clientId !== NO_CLIENT_ID,
      proposal,
    }).map((line) => (line ? `  ${line}` : '')),
    '',
    'Then:',
    ...(asked.clientId === NO_CLIENT_ID
      ? [`  write the client id into registration "${made.registration}" of ${path}`]
      : []),
    ...(made.ssoSecretRef
      ? [`  openssl rand -base64 32 | npx sallyport secret set sso ${made.ssoSecretRef}`]
      : []),
    ...(made.clientSecretRef
      ? [`  npx sallyport secret set client ${made.clientSecretRef} < client-secret.txt`]
      : []),
    `  npx sallyport registry apply ${path}`,
    `  npx sallyport doctor ${made.connection}`,
  ]
  for (const line of lines) context.write(line)
  return 0
}

type Asked = Pick<NewConnection, 'app' | 'ssoUrl' | 'organization' | 'environment' | 'clientId'> & {
  readonly vendor: VendorId
}

function whatIsAsked(fhirBaseUrl: string, options: CliOptions, { apps }: RegistryText): Asked {
  const [only, ...others] = apps
  const app = options.app ?? (others.length === 0 ? only?.id : undefined)
  if (app === undefined) {
    throw new CliError('Which app is to be launched? Name it with --app.', 2)
  }
  const ssoUrl = options['sso-url']
  if (ssoUrl === undefined && !apps.some(({ id }) => id === app)) {
    throw new CliError(
      `The app "${app}" is not in the file yet. Say with --sso-url where it takes sign-ons.`,
      2,
    )
  }
  const environment = ENVIRONMENTS.find((one) => one === (options.environment ?? 'Production'))
  if (!environment) {
    throw new CliError(`--environment is ${ENVIRONMENTS.join(', ')}.`, 2)
  }
  const named = options.vendor
  const vendor =
    named === undefined ? vendorOf(fhirBaseUrl) : VENDORS.find(({ id }) => id === named)?.id
  if (!vendor) throw new CliError(`There is no vendor "${named}". See: sallyport vendors`, 2)
  return {
    app,
    ...(ssoUrl !== undefined && { ssoUrl }),
    environment,
    vendor,
    organization: options.organization ?? organizationOf(fhirBaseUrl),
    clientId: options['client-id'] ?? NO_CLIENT_ID,
  }
}

/** Of `https://fhir.mercy.example/r4` it is `mercy`: the name before the last one of the host. */
function organizationOf(fhirBaseUrl: string): string {
  const { hostname } = new URL(fhirBaseUrl)
  const label = /^[\d.]+$|^\[/.test(hostname) ? undefined : hostname.split('.').at(-2)
  return label && /^[a-z0-9][a-z0-9_-]{0,63}$/.test(label) ? label : 'hospital'
}

function readRegistry(
  path: string,
  upstreams: 'public' | 'loopback',
  { cwd }: CliContext,
): RegistryText {
  const file = resolve(cwd, path)
  if (!existsSync(file)) return EMPTY_REGISTRY
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  if ('problems' in parseRegistry(text, { upstreams })) {
    throw new CliError(`${path} has problems already. See: sallyport registry check ${path}`)
  }
  return JSON.parse(text) as RegistryText
}

function addressesOf(outputs: StackOutputs | undefined, connection: string): StackAddresses {
  const base = outputs?.[OUTPUTS.apiBase] ?? '<ApiBase of the stack’s outputs>'
  return {
    redirectUri: outputs?.[OUTPUTS.redirectUri] ?? `${base}/redirect`,
    launchUrl: `${base}/launch/${connection}`,
    jwksUrl: outputs?.[OUTPUTS.jwksUrl] ?? `${base}/.well-known/jwks.json`,
  }
}
