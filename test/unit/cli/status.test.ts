import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dynamodbConnectionHealth } from '#adapters/dynamodb/connection-health.ts'
import { dynamodbRegistryWriter } from '#adapters/dynamodb/registry-writer.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import type { CliContext } from '#cli/cli-context.ts'
import { runCli } from '#cli/run-cli.ts'
import { createTables } from '../../contract/local-aws.ts'
import { aConnection, anApp, aSession, NOW } from '../../fixtures.ts'

const OTHER = 'other-production'

async function setup({ empty = false } = {}) {
  const aws = await createTables()
  const { documents } = aws
  const cwd = mkdtempSync(join(tmpdir(), 'sallyport-cli-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  const outputs = {
    Upstreams: 'public',
    RegistryTableName: aws.registry,
    SessionsTableName: aws.sessions,
    LaunchesTableName: aws.launches,
    ClientSecretsPrefix: 'broker/client/',
    SsoSecretsPrefix: 'broker/sso/',
  }
  writeFileSync(join(cwd, 'cdk-outputs.json'), JSON.stringify({ Broker: outputs }))
  const general = aConnection()
  await dynamodbRegistryWriter({ documents, tableName: aws.registry }).replace({
    organizations: [],
    apps: [anApp()],
    registrations: [],
    connections: empty ? [] : [general, aConnection({ id: OTHER })],
  })
  const sessions = dynamodbSessionStore({ documents, tableName: aws.sessions })
  const health = dynamodbConnectionHealth({ documents, tableName: aws.launches, now: () => NOW })

  return {
    general: general.id,
    sessions,
    health,
    async run(...args: string[]) {
      const lines: string[] = []
      const errors: string[] = []
      const exitCode = await runCli(args, {
        cwd,
        write: (line) => void lines.push(line),
        writeError: (line) => void errors.push(line),
        documents: () => documents,
        now: () => (NOW + 60) * 1_000,
      } as CliContext)
      return { exitCode, lines, errors }
    },
  }
}

describe('sallyport status', () => {
  it('says of each connection how it does, and fails where one does', async () => {
    const { general, sessions, health, run } = await setup()
    await sessions.create(aSession({ id: 'a', connection: general, createdAt: NOW - 7_200 }))
    await sessions.create(aSession({ id: 'b', connection: general, createdAt: NOW }))
    await sessions.create(
      aSession({ id: 'c', connection: general, status: 'reauthorization-required' }),
    )
    await health.note(OTHER, true)

    const { exitCode, lines } = await run('status')

    expect(exitCode).toBe(1)
    expect(lines.toSorted()).toEqual([
      `${general}  heartline  works  2 active  1 reauthorization-required  last launch ${time(NOW)}`,
      `${OTHER.padEnd(general.length)}  heartline  FAILING since ${time(NOW)}  no session`,
    ])
  })

  it('says the same for programs, of one connection', async () => {
    const { general, sessions, run } = await setup()
    await sessions.create(aSession({ id: 'a', connection: general, createdAt: NOW }))

    const { exitCode, lines } = await run('status', general, '--json')

    expect(exitCode).toBe(0)
    expect(JSON.parse(lines.join(''))).toEqual([
      {
        connection: general,
        app: 'heartline',
        works: true,
        sessions: { active: 1 },
        lastLaunchAt: time(NOW),
      },
    ])
  })

  it('says that a connection works again, once that is noted', async () => {
    const { health, run } = await setup()
    await health.note(OTHER, true)
    await health.note(OTHER, false)

    expect((await run('status')).exitCode).toBe(0)
  })

  it('refuses a connection that the registry has not', async () => {
    const { run } = await setup()

    const { exitCode, errors } = await run('status', 'unknown')

    expect(exitCode).toBe(1)
    expect(errors.join()).toContain('registry show')
  })

  it('says what to do where there is no connection', async () => {
    const { run } = await setup({ empty: true })

    const { exitCode, lines } = await run('status')

    expect(exitCode).toBe(0)
    expect(lines.join()).toContain('sallyport connect')
  })
})

function time(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`
}
