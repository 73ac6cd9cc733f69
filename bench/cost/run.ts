/**
 * `npm run cost [-- --json]`: what the broker costs on AWS, from the calls that real launches, requests
 * and renewals make on the local runtime.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startSandbox } from '#sandbox/sandbox.ts'
import { synthesizeBroker } from '../../lib/synthesize-broker.ts'
import { launchInSandbox } from '../../test/flow/launch-in-sandbox.ts'
import { plainBrowser } from '../../test/support/browser.ts'
import { type Meter, meter } from './meter.ts'
import { drivers, PRICES_OF, price, scale, sum, type Usage } from './prices.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-cost-'))
const ASSEMBLY = synthesizeBroker({
  upstreams: 'loopback',
  outdir: join(folder, 'cdk.out'),
}).directory
const LAUNCHES = 20
const REQUESTS = 200
const TICKS = 3
const TOKEN_SECONDS = 1_800

const DAYS = 30
const MINUTES = DAYS * 24 * 60

/** Tokens of an hour are renewed two minutes ahead, through a working day of ten hours. */
const RENEWALS_A_SESSION_DAY = Math.ceil((10 * 60) / 58)

const CUSTOMERS = [
  { name: 'one clinic', hospitals: 1, launchesADay: 50, requestsALaunch: 40 },
  { name: 'ten hospitals', hospitals: 10, launchesADay: 2_000, requestsALaunch: 60 },
  { name: 'fifty hospitals', hospitals: 50, launchesADay: 20_000, requestsALaunch: 60 },
] as const

interface Flows {
  readonly launch: Usage
  readonly request: Usage
  readonly renewal: Usage
  readonly idleMinute: Usage
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const flows = await measure()
const idleMonth = sum(scale(flows.idleMinute, MINUTES), standing())

tell('1,000 launches', scale(flows.launch, 1_000))
tell('1,000,000 proxied requests', scale(flows.request, 1_000_000))
tell(
  '1,000 session-days with proactive refresh',
  scale(flows.renewal, 1_000 * RENEWALS_A_SESSION_DAY),
)
tell('an idle month', idleMonth)
for (const { name, hospitals, launchesADay, requestsALaunch } of CUSTOMERS) {
  const launches = launchesADay * DAYS
  const month = sum(
    idleMonth,
    // A client secret each, and the metrics of its connection.
    { secretMonth: hospitals, metricMonth: hospitals * 8 },
    scale(flows.launch, launches),
    scale(flows.request, launches * requestsALaunch),
    scale(flows.renewal, launches * RENEWALS_A_SESSION_DAY),
  )
  tell(`a month of ${name}, ${launchesADay} launches a day`, month)
}

function tell(name: string, usage: Usage): void {
  const dollars = price(usage)
  const largest = drivers(usage)
    .slice(0, 5)
    .map(([driver, amount]) => ({ driver, share: amount / dollars }))
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ name, value: dollars, unit: 'USD', bar: null, ok: true, largest })}\n`,
    )
    return
  }
  const shares = largest.map(({ driver, share }) => `${driver} ${Math.round(share * 100)} %`)
  process.stdout.write(`${name}: ${dollars.toFixed(2)} USD (${shares.join(', ')})\n`)
}

/** By the flows themselves, warm: what is read once in five minutes is read before. */
async function measure(): Promise<Flows> {
  const counted = meter(ASSEMBLY)
  const sandbox = await startSandbox({
    assembly: ASSEMBLY,
    folder,
    accessTokenSeconds: TOKEN_SECONDS,
    ...counted.options,
  })
  try {
    const browser = plainBrowser()
    const open = () => launchInSandbox(browser, sandbox.ehr.origin)
    const view = await open()
    const launch = await average(counted, LAUNCHES, open)
    // The demo app's page makes its own requests; they are a launch's of any app.
    const request = await average(counted, REQUESTS / 4, () => browser.visit(view.url))
    const perView = request.apiRequest ?? 1
    await sandbox.stack.tick()
    const idleMinute = await average(counted, TICKS, () => sandbox.stack.tick())
    sandbox.stack.time.advance(TOKEN_SECONDS - 1)
    counted.read()
    const before = counted.renewed()
    await sandbox.stack.tick()
    // A function's lines come a moment after it has ended.
    await sleep(1_000)
    const renewals = counted.renewed() - before
    if (renewals === 0) throw new Error('Nothing was renewed')
    const renewal = scale(sum(counted.read(), scale(idleMinute, -1)), 1 / renewals)
    return {
      launch,
      request: scale(request, 1 / perView),
      renewal,
      idleMinute: sum(idleMinute, runsOfAMinute()),
    }
  } finally {
    await sandbox.close()
  }
}

async function average(
  counted: Meter,
  times: number,
  work: () => Promise<unknown>,
): Promise<Usage> {
  counted.read()
  for (let done = 0; done < times; done += 1) await work()
  return scale(counted.read(), 1 / times)
}

/** The schedules and the refresher's runs, of which no access log tells: a twentieth of a second each. */
function runsOfAMinute(): Usage {
  const runs = count('AWS::Scheduler::Schedule')
  return { schedule: runs, invocation: runs, gbSecond: runs * 0.05 }
}

/** What is there, used or not. */
function standing(): Usage {
  return {
    keyMonth: count('AWS::KMS::Key'),
    alarmMonth: count('AWS::CloudWatch::Alarm'),
    // The SSO secret of one app.
    secretMonth: 1,
    metricMonth: 20,
  }
}

function count(type: string): number {
  const template = JSON.parse(readFileSync(join(ASSEMBLY, 'Sallyport.template.json'), 'utf8')) as {
    readonly Resources: Readonly<Record<string, { readonly Type: string }>>
  }
  return Object.values(template.Resources).filter(({ Type }) => Type === type).length
}

rmSync(folder, { recursive: true, force: true })
process.stdout.write(
  values.json ? '' : `by prices of ${PRICES_OF}, us-east-1, without free tiers\n`,
)
