import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { commandLine } from '#cli/operate-stack.ts'
import { type Surroundings, surroundStack } from '#sandbox/surround-stack.ts'
import { launchInSandbox, rowsOf } from '../flow/launch-in-sandbox.ts'
import { plainBrowser, type Visit } from '../support/browser.ts'
import { REGION, whyNoEmulator } from './emulator.ts'
import { HOLES } from './holes.ts'
import { probeHoles } from './probe-holes.ts'
import { callAws, textsOf } from './query-api.ts'
import { type Rehearsal, startRehearsal } from './rehearsal.ts'
import type { Resource } from './rewrite-assembly.ts'
import { withTag } from './work-rounds.ts'

const missing = await whyNoEmulator()

describe('deployed by the CDK to an AWS that others wrote', () => {
  const browser = plainBrowser()
  let rehearsal: Rehearsal
  let surroundings: Surroundings
  let logs: CloudWatchLogsClient
  let page: Visit

  beforeAll(async () => {
    if (missing !== undefined) return
    rehearsal = await startRehearsal(inject('assembly'))
    logs = new CloudWatchLogsClient(clientOf(rehearsal))
  })
  beforeEach(({ skip }) => {
    if (missing !== undefined) skip(missing)
  })
  afterAll(async () => {
    await surroundings?.close()
    logs?.destroy()
    await rehearsal?.close()
  })

  const groupOf = (name: string) =>
    rehearsal
      .stack()
      .outputs['LogGroupNames']?.split(',')
      .find((group) => group.includes(`/${name}Logs`)) ?? ''

  async function linesOf(name: string): Promise<readonly string[]> {
    const command = new FilterLogEventsCommand({ logGroupName: groupOf(name) })
    const { events = [] } = await logs.send(command)
    return events.map(({ message = '' }) => message)
  }

  it('the emulator cannot do what is listed, and all else that is asked here', async () => {
    const answers = await probeHoles(rehearsal.emulator, rehearsal.deployUnchanged)

    for (const { id, answered } of HOLES)
      expect.soft([id, answers[id]]).toEqual([id, expect.stringContaining(answered)])
  })

  it('deploys, and an app that is launched reads FHIR through it', async () => {
    rehearsal.workRoundHoles()
    closing(await rehearsal.deploy())
    surroundings = await surroundStack(rehearsal.stack(), { folder: rehearsal.folder })

    page = await launchInSandbox(browser, surroundings.ehr.origin)

    expect(page.text).toContain('Rosa')
    expect(rowsOf(page)).toBeGreaterThan(11)
  })

  it('deploys again with a change: no table or key is another, and the session reads on', async () => {
    const before = rehearsal.stack().outputs
    rehearsal.rewrite(({ template, ...assembly }) => ({
      ...assembly,
      template: {
        ...template,
        Resources: Object.fromEntries(
          Object.entries(template.Resources).map(([id, resource]) => [id, changed(resource)]),
        ),
      },
    }))

    closing(await rehearsal.deploy())

    const { logGroups = [] } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: groupOf('Fhir') }),
    )
    expect(logGroups.map(({ retentionInDays }) => retentionInDays)).toEqual([545])
    expect(rehearsal.stack().outputs).toEqual(before)
    surroundings.ehr.endAccessTokens()
    expect(rowsOf(await browser.visit(page.url))).toBe(rowsOf(page))
    expect(await linesOf('Fhir')).toContainEqual(
      expect.stringContaining('"message":"token_refreshed"'),
    )
  })

  it('passes sallyport smoke for all that an emulator without streams and access log can show', async () => {
    const operate = commandLine(rehearsal.stack(), rehearsal.folder)

    const { exitCode, lines, errors } = await operate(['smoke', '--without', 'access-log'])

    expect(errors).toEqual([])
    expect(lines.map((line) => line.replace(/:.*/, ''))).toEqual([
      'ok              launch',
      'ok              read',
      'ok              refresh',
      'ok              renamed-headers',
      // So the check can fail: here answers are kept to their end.
      'failed          streaming',
      'ok              broken-answer',
      'does not apply  cold-starts',
      'does not apply  access-log',
      '1 failed.',
    ])
    expect(exitCode).toBe(1)
  })

  it('the schedule wakes the refresher in its role', async () => {
    await expect
      .poll(() => linesOf('Refresher'), { timeout: 90_000, interval: 1_000 })
      .toContainEqual(expect.stringMatching(/START RequestId/))
    expect(rehearsal.emulator.said()).not.toMatch(/Scheduler dispatch error/)
  })

  it('judges what functions do by their policies: without one, nothing is read', async () => {
    const [RoleName = ''] = textsOf(
      await callAws(rehearsal.emulator, 'iam', { Action: 'ListRoles' }),
      'RoleName',
    ).filter((name) => name.includes('FhirRole'))
    const policies = textsOf(
      await callAws(rehearsal.emulator, 'iam', { Action: 'ListRolePolicies', RoleName }),
      'member',
    )
    for (const PolicyName of policies)
      await callAws(rehearsal.emulator, 'iam', { Action: 'DeleteRolePolicy', RoleName, PolicyName })

    expect(rowsOf(await browser.visit(page.url))).toBe(0)
    expect(await linesOf('Fhir')).toContainEqual(expect.stringContaining('AccessDenied'))
  })

  it('is destroyed, but for its tables and what they say', async () => {
    const { outputs } = rehearsal.stack()
    const database = new DynamoDBClient(clientOf(rehearsal))
    const active = async () => {
      const command = new ScanCommand({
        TableName: outputs['SessionsTableName'],
        FilterExpression: '#status = :active',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':active': { S: 'active' } },
      })
      return (await database.send(command)).Count
    }
    expect(await active()).toBe(1)

    closing(await rehearsal.destroy())

    expect((await fetch(outputs['JwksUrl'] ?? '')).status).toBe(404)
    expect(await active()).toBe(1)
    database.destroy()
  })
})

const clientOf = ({ emulator }: Rehearsal) => ({
  endpoint: emulator.endpoint,
  region: REGION,
  credentials: emulator.operator,
})

/** Logs are kept longer, and what can have a tag gets one. */
function changed(resource: Resource): Resource {
  const { Type, Properties } = resource
  if (Type === 'AWS::Logs::LogGroup') {
    return { ...resource, Properties: { ...Properties, RetentionInDays: 545 } }
  }
  const isTagged = Type === 'AWS::DynamoDB::Table' || Type === 'AWS::Lambda::Function'
  return isTagged ? withTag(resource, 'rehearsal', 'second') : resource
}

/** What the CDK says at the end, without the events and the outputs. */
function closing(lines: readonly string[]): void {
  const said = lines.filter((line) => /^(✅|✨|Sallyport \|.*CloudFormation::Stack)/.test(line))
  for (const line of said) process.stdout.write(`${line}\n`)
}
