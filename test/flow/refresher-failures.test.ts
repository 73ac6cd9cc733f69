import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { startLocalStack } from '#local/local-stack.ts'
import { plainBrowser } from '../support/browser.ts'
import { recordUsedGrants } from '../support/record-used-grants.ts'
import { givenBroker } from './given-broker.ts'

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: unknown }>
}

/** The synthesized stack in which every statement that allows one action allows nothing. */
async function setup(withoutAction: string) {
  const assembly = mkdtempSync(join(tmpdir(), 'broken-assembly-'))
  cpSync(inject('assembly'), assembly, { recursive: true })
  const file = join(assembly, 'Sallyport.template.json')
  const template: Template = JSON.parse(readFileSync(file, 'utf8'), (_, value) =>
    value?.Effect === 'Allow' && value.Action === withoutAction
      ? { ...value, Action: `${withoutAction}NoMore` }
      : value,
  )
  writeFileSync(file, JSON.stringify(template))
  const stack = await startLocalStack({ assembly, onJudged: recordUsedGrants() })
  onTestFinished(async () => {
    await stack.close()
    rmSync(assembly, { recursive: true, force: true })
  })

  const sqs = new SQSClient({
    endpoint: stack.aws.endpoint,
    region: stack.aws.region,
    credentials: stack.operator,
    useQueueUrlAsEndpoint: false,
  })
  const queues = Object.keys(template.Resources).filter(
    (id) => template.Resources[id]?.Type === 'AWS::SQS::Queue',
  )
  const messagesIn = async (name: string): Promise<readonly string[]> => {
    const id = queues.find((queue) => queue.includes(name))
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: `https://sqs.${stack.aws.region}.amazonaws.com/123456789012/Sallyport-${id}`,
        MaxNumberOfMessages: 10,
      }),
    )
    return Messages.map(({ Body = '' }) => Body)
  }
  return { stack, messagesIn }
}

const EVENTS = [
  '{"firstShard":0,"lastShard":7,"concurrency":50}',
  '{"firstShard":8,"lastShard":15,"concurrency":50}',
]

describe('a run that fails', () => {
  it('ends in the function’s failure queue with its event, and is not repeated', async () => {
    const { stack, messagesIn } = await setup('dynamodb:Query')

    await stack.tick()

    const failures = (await messagesIn('Failed')).map((text) => JSON.parse(text))
    expect(failures.map((one) => JSON.stringify(one.requestPayload)).toSorted()).toEqual(EVENTS)
    expect(failures).toMatchObject([
      { requestContext: { approximateInvokeCount: 1 } },
      { requestContext: { approximateInvokeCount: 1 } },
    ])
    expect(await messagesIn('Undelivered')).toEqual([])
  })
})

describe('a delivery that fails', () => {
  it('ends in the dead-letter queue of the schedules', async () => {
    const { stack, messagesIn } = await setup('lambda:InvokeFunction')

    await stack.tick()

    expect((await messagesIn('Undelivered')).toSorted()).toEqual(EVENTS)
    expect(await messagesIn('Failed')).toEqual([])
  })
})

describe('a stop', () => {
  it('is made up for: what fell due meanwhile is renewed at the first turn after it', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'sallyport-state-'))
    onTestFinished(() => rmSync(stateFolder, { recursive: true, force: true }))
    const broker = await givenBroker({
      runtime: { stateFolder },
      ehr: { accessTokenSeconds: 600 },
    })
    onTestFinished(broker.close)
    await broker.signOn(plainBrowser())
    const launched = broker.ehr.tokenRequests.length
    await broker.stack.close()

    const again = await startLocalStack({ assembly: inject('assembly'), stateFolder })
    onTestFinished(() => again.close())
    again.time.advance(590)
    await again.tick()

    const grants = broker.ehr.tokenRequests
      .slice(launched)
      .map(({ body }) => body.get('grant_type'))
    expect(grants).toEqual(['refresh_token'])
  })
})
