import { describe, expect, it } from 'vitest'
import { cloudwatchAuditTrail } from '#adapters/cloudwatch/audit-trail.ts'
import { type AuditedRequest, auditRecord } from '#core/fhir/audit/audit-record.ts'
import { Secret } from '#core/secret.ts'
import { sessionKey } from '#core/session/session-id.ts'
import { createTables } from '../../contract/local-aws.ts'
import { NOW } from '../../fixtures.ts'
import { commandLineIn } from '../../support/cli.ts'
import { recordingLog } from '../../support/recording-log.ts'

const SESSION_ID = 'planted-session-id-of-256-random-bits-0123x'
const KEY = sessionKey(new Secret(SESSION_ID))

const READ: AuditedRequest = {
  referenceId: 'reference-1',
  recordedAt: NOW,
  method: 'GET',
  app: 'heartline',
  session: KEY,
  connection: 'general-production',
  patient: 'pat-1',
  asks: [],
  status: 200,
  bytes: 1,
  isCutOff: false,
  durationMs: 1,
}
const REFUSED: AuditedRequest = {
  ...READ,
  referenceId: 'reference-2',
  app: 'dosing',
  session: 'another-key-000000000000000000000000000000x',
  connection: 'mercy-production',
  status: 403,
  code: 'session_invalid',
}
const { session: _, ...WITHOUT_SESSION } = REFUSED

async function setup() {
  const aws = await createTables()
  const trail = cloudwatchAuditTrail({
    logs: aws.logs,
    logGroupName: 'launch',
    log: recordingLog(),
    now: () => NOW,
  })
  for (const request of [READ, REFUSED, { ...WITHOUT_SESSION, referenceId: 'reference-3' }]) {
    await trail.record(auditRecord(request))
  }
  const { run } = commandLineIn({
    'cdk-outputs.json': {
      Broker: {
        Upstreams: 'public',
        RegistryTableName: aws.registry,
        SessionsTableName: aws.sessions,
        ClientSecretsPrefix: 'client/',
        SsoSecretsPrefix: 'sso/',
        AuditLogGroupName: 'launch',
      },
    },
  })
  return (args: readonly string[], input?: string) =>
    run(args, {
      logs: () => aws.logs,
      documents: () => aws.documents,
      readInput: async () => input,
    })
}

describe('sallyport audit', () => {
  it.each([
    [['session', KEY], ['reference-1']],
    [['app', 'heartline'], ['reference-1']],
    [
      ['app', 'dosing'],
      ['reference-2', 'reference-3'],
    ],
    [
      ['connection', 'mercy-production'],
      ['reference-2', 'reference-3'],
    ],
    [['app', 'another'], []],
  ])('finds the requests of %j, and no others', async (words, references) => {
    const run = await setup()

    const { lines, text } = await run(['audit', ...words, '--json'])

    expect(JSON.parse(text).map(({ id }: { id: string }) => id)).toEqual(references)
    expect((await run(['audit', ...words])).lines.at(-1)).toBe(
      `${references.length} requests in the last 24h.`,
    )
    expect(lines.join()).not.toContain(SESSION_ID)
  })

  it('says when, what came of it, who, and of whom; with the reference that the logs have', async () => {
    const run = await setup()

    expect((await run(['audit', 'session', '-'], `${SESSION_ID}\n`)).lines[0]).toBe(
      `2026-01-01T00:00:00.000Z  200  heartline  general-production  ${KEY.slice(0, 12)}  Patient/pat-1  reference reference-1`,
    )
    expect((await run(['audit', 'app', 'dosing'])).lines[0]).toContain(
      '  403 session_invalid  dosing  ',
    )
  })

  it('finds a session that is over by its whole key, and says of less that there is none', async () => {
    const run = await setup()

    expect(await run(['audit', 'session', KEY.slice(0, 12)])).toMatchObject({ exitCode: 1 })
    expect(await run(['audit', 'session', `-${KEY.slice(1)}`])).toMatchObject({
      exitCode: 0,
      lines: ['0 requests in the last 24h.'],
    })
  })

  it.each([
    [['audit', 'app', '" || $.x = "*'], 'That is no id of an app'],
    [['audit', 'session', '-'], 'Send the SessionID to standard input'],
    [['audit', 'person', 'x'], 'No such command'],
    [['audit', 'app', 'x', '--since', '1y'], '--since is a length'],
  ])('does not understand %j', async (args, message) => {
    const run = await setup()

    expect(await run(args)).toMatchObject({
      exitCode: 2,
      errors: [expect.stringContaining(message)],
    })
  })
})
