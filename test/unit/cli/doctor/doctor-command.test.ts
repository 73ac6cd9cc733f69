import { describe, expect, it } from 'vitest'
import { commandLineIn } from '../../../support/cli.ts'
import { type EhrBehavior, givenEhr } from '../../../support/doctor-ehr.ts'

const OUTPUTS = {
  Broker: {
    Upstreams: 'loopback',
    ApiBase: 'http://localhost:4000/api',
    RedirectUri: 'http://localhost:4000/api/redirect',
    RegistryTableName: 'registry',
    ClientSecretsPrefix: 'broker/client/',
    SsoSecretsPrefix: 'broker/sso/',
  },
}

/** A registry file that `connect` wrote for an EHR of public clients. */
async function setup(ehr: Partial<EhrBehavior> = {}) {
  const { origin } = await givenEhr({
    token: ({ form }) =>
      form.get('client_id') === 'heartline'
        ? [400, { error: 'invalid_grant' }]
        : [400, { error: 'invalid_client' }],
    ...ehr,
  })
  const cli = commandLineIn({ 'cdk-outputs.json': OUTPUTS })
  await cli.run([
    'connect',
    `${origin}/fhir`,
    '--app=heartline',
    '--sso-url=http://127.0.0.1:4020/sso',
    '--client-id=heartline',
  ])
  const registry = cli.read('registry.json')
  registry.registrations[0].authentication = { method: 'none' }
  return commandLineIn({ 'cdk-outputs.json': OUTPUTS, 'registry.json': registry })
}

const ARGS = ['doctor', 'hospital-production', '--file=registry.json']

describe('sallyport doctor', () => {
  it('examines what connect wrote before it is applied, a line a check, and answers 0', async () => {
    const cli = await setup()

    const { exitCode, lines, text } = await cli.run(ARGS, { now: Date.now })

    expect(text).not.toContain('WRONG')
    expect(exitCode).toBe(0)
    expect(lines).toContain(
      'note         redirect-uri: To be registered exactly: http://localhost:4000/api/redirect',
    )
    expect(text).toContain('ok           client-authentication: The client is known')
    expect(lines.at(-1)).toBe(
      'hospital-production: nothing is wrong that can be seen from outside.',
    )
  })

  it('answers 1 where something is wrong, and tells programs the same', async () => {
    const cli = await setup({ fhirVersion: '3.0.2' })
    const registry = cli.read('registry.json')
    expect(registry.connections[0].fhirVersion).toBe('STU3')
    registry.connections[0].fhirVersion = 'R4'
    const other = commandLineIn({ 'cdk-outputs.json': OUTPUTS, 'registry.json': registry })

    const { exitCode, text } = await other.run([...ARGS, '--json'], { now: Date.now })

    expect(exitCode).toBe(1)
    const { connection, findings } = JSON.parse(text)
    expect(connection).toBe('hospital-production')
    expect(findings).toContainEqual({
      check: 'fhir-metadata',
      verdict: 'wrong',
      says: 'The server speaks STU3 (3.0.2), and the registry says R4.',
      remedy: 'Correct fhirVersion, or fhirBaseUrl.',
    })
  })

  it.each([
    [['doctor', 'nobody', '--file=registry.json'], 'registry.json has no connection "nobody".'],
    [['doctor', 'a', '--file=gone.json'], 'gone.json: cannot be read.'],
  ])('says what it does not find: %j', async (args, message) => {
    const { exitCode, errors } = await (await setup()).run(args)

    expect(exitCode).toBe(1)
    expect(errors.join()).toContain(message)
  })
})
