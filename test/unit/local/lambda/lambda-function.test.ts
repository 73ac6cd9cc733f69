import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { InstanceKind } from '#local/lambda/instance.ts'
import { type LambdaFunctionOptions, lambdaFunction } from '#local/lambda/lambda-function.ts'
import { sharedTime } from '#local/shared-time.ts'

function setup(runAs: InstanceKind, code: string, options: Partial<LambdaFunctionOptions> = {}) {
  const taskRoot = mkdtempSync(join(tmpdir(), 'task-'))
  onTestFinished(() => rmSync(taskRoot, { recursive: true, force: true }))
  writeFileSync(join(taskRoot, 'index.mjs'), code)

  const time = sharedTime()
  const logged: string[] = []
  const lambda = lambdaFunction({
    name: 'test',
    functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:test',
    start: { taskRoot, handler: 'index.handler' },
    runAs,
    time,
    env: () => ({ GIVEN: 'value', AWS_LAMBDA_FUNCTION_NAME: 'test' }),
    memoryMb: 128,
    timeoutMs: 5000,
    onLine: (line) => logged.push(line),
    ...options,
  })
  onTestFinished(async () => {
    await lambda.close()
    time.close()
  })
  const invoke = (event: unknown = {}) => lambda.invoke(JSON.stringify(event))
  return { lambda, invoke, logged, time }
}

async function payload(result: ReturnType<ReturnType<typeof setup>['invoke']>): Promise<unknown> {
  const settled = await result
  if (settled.kind !== 'payload') throw new Error(JSON.stringify(settled))
  return JSON.parse(settled.payload)
}

const COUNTING = `let count = 0
  export const handler = async () => { count += 1
    await new Promise((resolve) => setTimeout(resolve, 20)); return count }`

describe.each(['thread', 'process'] as const)('as a %s', (runAs) => {
  describe('an invocation', () => {
    test('it answers what the handler returns for the event', async () => {
      const { invoke } = setup(
        runAs,
        'export const handler = async (event) => ({ doubled: event.n * 2 })',
      )
      expect(await payload(invoke({ n: 21 }))).toEqual({ doubled: 42 })
    })

    test('it sees its own environment and none of ours', async () => {
      const { invoke } = setup(
        runAs,
        'export const handler = async () => [process.env.GIVEN, process.env.PATH ?? "none"]',
      )
      expect(await payload(invoke())).toEqual(['value', 'none'])
    })

    test('it has a context', async () => {
      const { invoke } = setup(
        runAs,
        `export const handler = async (_, context) => ({
      ...context, left: context.getRemainingTimeInMillis() })`,
      )
      const context = await payload(invoke())
      expect(context).toMatchObject({ functionName: 'test', awsRequestId: expect.any(String) })
      expect(context).toHaveProperty(
        'left',
        expect.toSatisfy((left) => left > 0 && left <= 5000),
      )
    })

    test('it gives what was thrown, in the form of Lambda, and logs it', async () => {
      const { invoke, logged } = setup(
        runAs,
        'export const handler = async () => { throw new TypeError("broken") }',
      )
      expect(await invoke()).toMatchObject({
        kind: 'error',
        error: { errorType: 'TypeError', errorMessage: 'broken' },
      })
      await expect.poll(() => logged.join('\n')).toContain('TypeError')
    })

    test('it ends at the time-out, and the next one has a new instance', async () => {
      const { invoke } = setup(
        runAs,
        `let count = 0
       export const handler = async ({ hang }) => {
         count += 1
         if (hang) await new Promise(() => setInterval(() => {}, 1000))
         return count
       }`,
        { timeoutMs: 100 },
      )
      expect(await invoke({ hang: true })).toMatchObject({
        kind: 'error',
        error: { errorType: 'Sandbox.Timedout' },
      })
      expect(await payload(invoke({}))).toBe(1)
    })

    test('it ends when the instance exits', async () => {
      const { invoke } = setup(runAs, 'export const handler = async () => process.exit(3)')
      expect(await invoke()).toMatchObject({
        kind: 'error',
        error: { errorType: 'Runtime.ExitError' },
      })
    })
  })

  describe('instances', () => {
    test('it uses an idle one again', async () => {
      const { invoke } = setup(runAs, COUNTING)
      expect([await payload(invoke()), await payload(invoke())]).toEqual([1, 2])
    })

    test('it starts one for each invocation at once', async () => {
      const { invoke } = setup(runAs, COUNTING)
      expect(await Promise.all([payload(invoke()), payload(invoke())])).toEqual([1, 1])
    })

    test('it throttles past the reserved concurrency', async () => {
      const { invoke } = setup(runAs, COUNTING, { reservedConcurrency: 1 })
      const first = invoke()
      expect(await invoke()).toEqual({ kind: 'throttled' })
      expect(await payload(first)).toBe(1)
    })
  })

  describe('loading', () => {
    test.each([
      ['throws', 'throw new Error("no configuration")', 'Error', 'no configuration'],
      [
        'exports no handler',
        'export const other = 1',
        'Runtime.HandlerNotFound',
        'index.handler is undefined or not exported',
      ],
      [
        'takes a callback',
        'export const handler = (event, context, callback) => callback(null, 1)',
        'Runtime.CallbackHandlerDeprecated',
        'Node.js 24 takes no callback handlers',
      ],
    ])('it fails when the module %s', async (_, code, errorType, errorMessage) => {
      const { invoke } = setup(runAs, code)
      expect(await invoke()).toMatchObject({ kind: 'error', error: { errorType, errorMessage } })
    })
  })

  describe('a streaming handler', () => {
    test('it sends the metadata, eight zero bytes and the body', async () => {
      const { invoke } = setup(
        runAs,
        `export const handler = awslambda.streamifyResponse(
      async (event, stream) => {
        const http = awslambda.HttpResponseStream.from(stream, { statusCode: 201 })
        http.write('a'); http.write('b'); http.end()
      })`,
      )
      const result = await invoke()
      expect(result.kind === 'stream' && (await text(result.stream))).toBe(
        `{"statusCode":201}${'\0'.repeat(8)}ab`,
      )
    })

    test('it is held back while nobody reads', async () => {
      const { invoke, logged } = setup(
        runAs,
        `import { Readable } from 'node:stream'
      import { pipeline } from 'node:stream/promises'
      let produced = 0
      export const handler = awslambda.streamifyResponse(async (event, stream) => {
        await pipeline(Readable.from((function* () {
          for (; produced < 1000; produced += 1) yield Buffer.alloc(16384, 97)
        })()), stream)
        console.log('all written')
      })
      setInterval(() => console.log('produced', produced), 20).unref()`,
      )
      const result = await invoke()
      // Two readings alike: what is in flight is full, and nothing more comes.
      await expect
        .poll(() => logged.length > 3 && logged.at(-1) === logged.at(-2), { timeout: 4000 })
        .toBe(true)
      expect(logged).not.toContain('all written')
      expect(Number(logged.at(-1)?.split(' ')[1])).toBeLessThan(100)
      expect(result.kind === 'stream' && (await text(result.stream)).length).toBe(16_384_000)
    })

    test('it fails before the first byte as any other', async () => {
      const { invoke } = setup(
        runAs,
        `export const handler = awslambda.streamifyResponse(async () => {
      throw new RangeError('too far') })`,
      )
      expect(await invoke()).toMatchObject({ kind: 'error', error: { errorType: 'RangeError' } })
    })

    test('it ends the stream when it fails after, and tells why', async () => {
      const { invoke } = setup(
        runAs,
        `export const handler = awslambda.streamifyResponse(
      async (event, stream) => { stream.write('half'); throw new Error('gone') })`,
      )
      const result = await invoke()
      expect(result.kind === 'stream' && (await text(result.stream))).toBe('half')
      expect(result.kind === 'stream' && result.failure()).toMatchObject({ errorMessage: 'gone' })
    })
  })

  test('it is frozen between invocations: a timer fires when the next one comes', async () => {
    const { lambda, invoke, logged } = setup(
      runAs,
      `let fired = 0
       export const handler = async ({ waits }) => {
         if (!waits) return setTimeout(() => { fired += 1; console.log('fired') }, 20) && fired
         await new Promise((resolve) => setTimeout(resolve, waits))
         return fired
       }`,
    )
    expect(await payload(invoke())).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(logged).toEqual([])
    expect(lambda.instances()).toMatchObject([{ isBusy: false }])

    expect(await payload(invoke({ waits: 1 }))).toBe(1)
    expect(logged).toEqual(['fired'])
  })

  test('it has said all that it had to say before it freezes', async () => {
    const { invoke, logged } = setup(
      runAs,
      `export const handler = async () => {
         for (let line = 0; line < 500; line += 1) console.log(line)
       }`,
    )
    await payload(invoke())
    if (runAs === 'process') await expect.poll(() => logged.length).toBe(500)
    expect(logged).toHaveLength(500)
    await payload(invoke())
    if (runAs === 'process') await expect.poll(() => logged.length).toBe(1000)
    expect(logged).toHaveLength(1000)
  })

  test('it shares one clock with its functions', async () => {
    const { invoke, time } = setup(
      runAs,
      'export const handler = async () => [Date.now(), new Date().getTime(), new Date(5).getTime()]',
    )
    time.advance(86_400)
    const [now, constructed, given] = (await payload(invoke())) as [number, number, number]

    expect(now - Date.now()).toBeGreaterThan(86_000_000)
    expect(constructed - Date.now()).toBeGreaterThan(86_000_000)
    expect(given).toBe(5)
  })

  test('it sees the clock move in the middle of what it does', async () => {
    const { invoke, time } = setup(
      runAs,
      `export const handler = async () => {
        const before = Date.now()
        console.log('waits')
        while (Date.now() - before < 3_600_000);
        return 'saw it'
      }`,
      { onLine: () => time.advance(3600) },
    )
    expect(await payload(invoke())).toBe('saw it')
  })
})

test('it lets invocations wait for an instance when there are many', async () => {
  const { invoke } = setup('thread', COUNTING)
  const counts = await Promise.all(Array.from({ length: 40 }, () => payload(invoke())))
  expect(counts).toHaveLength(40)
  expect(Math.max(...counts.map(Number))).toBeGreaterThan(1)
})

describe('a process', () => {
  const STAYING = `export const handler = awslambda.streamifyResponse(async (event, stream) => {
    try {
      stream.write(String(process.pid))
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    } finally {
      console.log('came to an end in order')
    }
  })`

  test('it is killed in the middle of an invocation, without a chance to end in order', async () => {
    const { lambda, invoke, logged } = setup('process', STAYING)
    const result = await invoke()
    const [instance] = lambda.instances()
    if (result.kind !== 'stream' || !instance?.pid) throw new Error('it does not run')
    const written = text(result.stream)

    await instance.kill()

    expect(await written).toBe(String(instance.pid))
    expect(result.failure()).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'Error: Runtime exited with error: signal: SIGKILL',
    })
    expect(() => process.kill(Number(instance.pid), 0)).toThrow('ESRCH')
    expect(lambda.instances()).toEqual([])
    expect(logged).toEqual([])
  })

  test('it leaves the others alone, and the next invocation has a new one', async () => {
    const { lambda, invoke } = setup(
      'process',
      `export const handler = async ({ waits }) => {
        if (waits) await new Promise((resolve) => setTimeout(resolve, waits))
        return process.pid
      }`,
    )
    const idle = await payload(invoke())
    const [first] = lambda.instances()
    const staying = invoke({ waits: 300 })
    const other = await payload(invoke())
    await lambda
      .instances()
      .find(({ pid }) => pid === other)
      ?.kill()

    expect(first).toMatchObject({ pid: idle, isBusy: false })
    expect(await payload(staying)).toBe(idle)
    expect(await payload(invoke())).toBe(idle)
    await first?.kill()
    expect(await payload(invoke())).not.toBe(idle)
  })

  test('it ends by an error that nobody caught, and says it in the log', async () => {
    const { invoke, logged } = setup(
      'process',
      `export const handler = () => new Promise(() => {
        setTimeout(() => { throw new RangeError('thrown by a timer') }, 1)
      })`,
    )
    expect(await invoke()).toMatchObject({
      kind: 'error',
      error: { errorType: 'Runtime.UnhandledError', errorMessage: 'thrown by a timer' },
    })
    expect(logged.join('\n')).toContain('RangeError: thrown by a timer')
  })

  test('it is not what a thread is: that is not killed', async () => {
    const { lambda, invoke } = setup('thread', 'export const handler = async () => 1')
    await invoke()
    await expect(lambda.instances()[0]?.kill()).rejects.toThrow('test does not run as a process')
  })
})
