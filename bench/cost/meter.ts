import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalStackOptions } from '#local/local-stack.ts'
import { sum, type Usage } from './prices.ts'

/** What an answer of an EHR or of an app takes; here they are next door. */
const UPSTREAM_MS = 150

/** How often each function waits for one of those, one after the other, when it is warm. */
const UPSTREAM_WAITS: Readonly<Record<string, number>> = {
  Redirect: 3,
  Sso: 1,
  Fhir: 1,
  Refresher: 1,
  Webhooks: 1,
}

const READS = ['GetItem', 'Query', 'BatchGetItem', 'Scan']
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem']

/** A session's row with its sealed tokens, and any other, in kilobytes: an update pays for the whole row. */
const SESSION_KB = 4
const ROW_KB = 1

interface Function {
  readonly Type: string
  readonly Properties: { readonly MemorySize?: number }
}

/** Counts what a running stack uses that has a price. */
export interface Meter {
  readonly options: Required<Pick<LocalStackOptions, 'onAwsCall' | 'onLog'>>
  /**
   * What was used since the last time that it was asked.
   *
   * @throws Error naming the calls that have no price here
   */
  read(): Usage
  /** Tokens that were renewed so far. */
  renewed(): number
}

/** @param assembly the folder that `cdk synth` wrote, for the functions' memory */
export function meter(assembly: string): Meter {
  const template = JSON.parse(readFileSync(join(assembly, 'Sallyport.template.json'), 'utf8')) as {
    readonly Resources: Readonly<Record<string, Function>>
  }
  let used: Usage = {}
  let renewed = 0
  const unpriced = new Set<string>()
  const add = (usage: Usage) => {
    used = sum(used, usage)
  }

  return {
    options: {
      onAwsCall({ caller, service, action, input }, moment) {
        if (moment !== 'before' || caller === 'operator') return
        const usage = priceable(service, action, input)
        if (usage) add(usage)
        else unpriced.add(`${service}:${action}`)
      },
      onLog({ source, text }) {
        add({ logByte: Buffer.byteLength(text) })
        if (text.includes('"message":"token_refreshed"')) renewed += 1
        if (source !== 'access-log') return
        const { responseLength, integrationLatency, function: served } = accessLine(text)
        add({ apiRequest: 1, byteOut: responseLength })
        const [, lambda] =
          Object.entries(template.Resources).find(
            ([id, { Type }]) =>
              Type === 'AWS::Lambda::Function' && id.replace(/[0-9A-F]{8}$/, '') === served,
          ) ?? []
        if (!lambda) throw new Error(`The template has no function ${served}`)
        const memoryGb = (lambda.Properties.MemorySize ?? 128) / 1_024
        const seconds = (integrationLatency + (UPSTREAM_WAITS[served] ?? 0) * UPSTREAM_MS) / 1_000
        add({ invocation: 1, gbSecond: memoryGb * seconds })
      },
    },
    read() {
      if (unpriced.size > 0) {
        throw new Error(`The price table does not know ${[...unpriced].join(', ')}`)
      }
      const since = used
      used = {}
      return since
    },
    renewed: () => renewed,
  }
}

function accessLine(text: string) {
  const line = JSON.parse(text) as Readonly<Record<string, unknown>>
  return {
    responseLength: Number(line['responseLength'] ?? 0),
    integrationLatency: Number(line['integrationLatency'] ?? 0),
    function: functionOf(String(line['resourcePath'] ?? '')),
  }
}

/** The function behind a route, by the beginning of its path. */
function functionOf(path: string): string {
  const [, door = ''] = path.split('/')
  const doors: Readonly<Record<string, string>> = {
    launch: 'Launch',
    redirect: 'Redirect',
    sso: 'Sso',
    auth: 'Token',
    '.well-known': 'Token',
    fhir: 'Fhir',
    endpoint: 'DataModel',
    query: 'DataModel',
    session: 'Session',
  }
  return doors[door] ?? 'Launch'
}

function priceable(
  service: string,
  action: string,
  input: Readonly<Record<string, unknown>>,
): Usage | undefined {
  if (service === 'dynamodb') {
    const kilobytes = String(input['TableName']).includes('Sessions') ? SESSION_KB : ROW_KB
    // An eventually consistent read is half a unit for each 4 kB.
    if (READS.includes(action)) return { readUnit: input['ConsistentRead'] === true ? 1 : 0.5 }
    if (WRITES.includes(action)) return { writeUnit: kilobytes }
  }
  if (service === 'kms') {
    const isAsymmetric = ['Sign', 'GetPublicKey', 'Verify'].includes(action)
    return isAsymmetric ? { kmsAsymmetric: 1 } : { kmsSymmetric: 1 }
  }
  if (service === 'secretsmanager') return { secretRead: 1 }
  if (service === 'events') return { event: 1 }
  if (service === 'sqs') return { queueRequest: 1 }
  if (service === 'logs') return { logByte: JSON.stringify(input).length }
  // The schedules' runs, which are counted as such.
  if (service === 'lambda') return {}
  return undefined
}
