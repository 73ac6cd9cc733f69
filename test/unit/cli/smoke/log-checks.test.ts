import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { describe, expect, it } from 'vitest'
import { accessLog, coldStarts } from '#cli/smoke/log-checks.ts'

const ACCESS_LOG = '/aws/cloudformation/Sallyport/ApiAccessLog713001CC'
const FUNCTION_LOG = '/aws/cloudformation/Sallyport/FhirLogs492CD873'

/** CloudWatch Logs with these lines in the access log or the function's. */
function given({ access = [], functions = [] }: Partial<Record<'access' | 'functions', string[]>>) {
  const send = async ({ input }: { input: { logGroupName: string } }) => {
    const lines = input.logGroupName === ACCESS_LOG ? access : functions
    return { events: lines.map((message) => ({ message })) }
  }
  // The paginator takes nothing but an instance.
  const logs = Object.assign(new CloudWatchLogsClient({ region: 'us-east-1' }), { send })
  return { logs, groups: [ACCESS_LOG, FUNCTION_LOG], since: 0 }
}

const line = (more: object = {}) =>
  JSON.stringify({
    requestId: 'r-1',
    httpMethod: 'GET',
    resourcePath: '/fhir/{version}/{organization}/{environment}/{path+}',
    status: '200',
    ...more,
  })

describe('what smoke looks for in logs', () => {
  it('takes the start of functions from the lines of Lambda, text and JSON', async () => {
    const functions = [
      'REPORT RequestId: 1 Duration: 3.1 ms Init Duration: 412.31 ms',
      '{"type":"platform.report","record":{"metrics":{"initDurationMs": 890.4}}}',
      '{"message":"token_refreshed"}',
    ]

    expect(await coldStarts(given({ functions }))).toBe(
      '2 functions started; the slowest took 890 ms',
    )
    expect(await coldStarts(given({}))).toBeUndefined()
  })

  it('is not content with a start that Lambda breaks off', async () => {
    const functions = ['REPORT RequestId: 1 Init Duration: 10001.00 ms']

    await expect(coldStarts(given({ functions }))).rejects.toThrow('took 10001 ms to start')
  })

  it('wants a line for a FHIR request in the access log', async () => {
    expect(await accessLog(given({ access: [line()] }), ['secret'])).toMatch(/^1 lines/)
  })

  it.each([
    ['a secret', line({ path: '/redirect?code=secret' }), 'a line has a secret or a patient in it'],
    ['no status', line({ status: undefined }), 'a line has no status'],
  ])('refuses an access log with %s', async (_, bad, why) => {
    await expect(accessLog(given({ access: [line(), bad] }), ['secret'])).rejects.toThrow(why)
  })
})
