import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type LocalStack, startLocalStack } from '#local/local-stack.ts'
import { role, startTestStack, type TestRoute, type TestStack, writeAssembly } from './assembly.ts'

const ECHO = `export const handler = async (event) => ({
  statusCode: 200, body: JSON.stringify(event) })`

const answering = (answer: string) => `export const handler = async () => (${answer})`

const route = (path: string, method = 'ANY', more: Partial<TestRoute> = {}): TestRoute => ({
  path,
  method,
  function: 'Fn',
  ...more,
})

const STREAM = { ResponseTransferMode: 'STREAM', TimeoutInMillis: 60_000 }

async function setup(code: string, routes: readonly TestRoute[], more: TestStack = {}) {
  const logged: { source: string; text: string }[] = []
  const stack = await startTestStack(
    { functions: { Fn: { code } }, routes, ...more },
    { onLog: (line) => logged.push(line) },
  )
  return { ...stack, base: `${stack.origin}/live`, logged }
}

/** A request whose target and headers nothing changes on the way. */
function raw(
  origin: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: object; body?: string } = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, path, method, headers: { ...headers } },
      async (answer) => {
        const { statusCode = 0, headers: received } = answer
        resolve({ status: statusCode, headers: received, body: await text(answer) })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

describe('the proxy event', () => {
  test('it has the request as version 1.0 of the proxy integration gives it', async () => {
    const { base } = await setup(ECHO, [route('/things/{id}')])
    const answer = await fetch(`${base}/things/a%20b?x=1&x=2&y=%C3%A9+z`, {
      method: 'POST',
      headers: { 'X-Test': 'one', 'content-type': 'text/plain' },
      body: 'hello',
    })

    expect(await answer.json()).toMatchObject({
      resource: '/things/{id}',
      path: '/things/a%20b',
      httpMethod: 'POST',
      pathParameters: { id: 'a%20b' },
      queryStringParameters: { x: '2', y: 'é z' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: ['é z'] },
      stageVariables: null,
      body: Buffer.from('hello').toString('base64'),
      isBase64Encoded: true,
      requestContext: {
        resourcePath: '/things/{id}',
        path: '/live/things/a%20b',
        stage: 'live',
        httpMethod: 'POST',
        requestId: answer.headers.get('x-amzn-requestid'),
        identity: { sourceIp: expect.any(String), userAgent: expect.any(String) },
      },
    })
  })

  test('it has null where there is nothing', async () => {
    const { base } = await setup(ECHO, [route('/things')])
    expect(await (await fetch(`${base}/things`)).json()).toMatchObject({
      pathParameters: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      body: null,
      isBase64Encoded: false,
    })
  })

  test('it keeps several headers of one name, and the last of them alone', async () => {
    const { origin } = await setup(ECHO, [route('/things')])
    const { body } = await raw(origin, '/live/things', { headers: { 'X-Many': ['a', 'b'] } })
    expect(JSON.parse(body)).toMatchObject({
      headers: { 'X-Many': 'b' },
      multiValueHeaders: { 'X-Many': ['a', 'b'] },
    })
  })

  test('it leaves dots and escapes of the path as they came', async () => {
    const { origin } = await setup(ECHO, [route('/fhir/{path+}')])
    const { body } = await raw(origin, '/live/fhir/a/../%2e%2e/b%2Fc')
    expect(JSON.parse(body)).toMatchObject({
      path: '/fhir/a/../%2e%2e/b%2Fc',
      pathParameters: { path: 'a/../%2e%2e/b%2Fc' },
    })
  })

  test('it splits a query at a semicolon', async () => {
    const { origin } = await setup(ECHO, [route('/things')])
    const { body } = await raw(origin, '/live/things?a=1;b=2')
    expect(JSON.parse(body).queryStringParameters).toEqual({ a: '1', b: '2' })
  })

  test.each(['|', '{', '}', '"', '<', '>'])('it refuses a raw %s in a query', async (character) => {
    const { origin } = await setup(ECHO, [route('/things')])
    expect((await raw(origin, `/live/things?a=${character}`)).status).toBe(400)
  })
})

describe('a template that it does not know through and through', () => {
  const TABLE = {
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  }
  test.each([
    ['type', { Type: 'AWS::S3::Bucket', Properties: {} }, 'AWS::S3::Bucket'],
    [
      'property',
      { Type: 'AWS::DynamoDB::Table', Properties: { ...TABLE, StreamSpecification: {} } },
      'StreamSpecification',
    ],
    [
      'intrinsic',
      {
        Type: 'AWS::DynamoDB::Table',
        Properties: { ...TABLE, TableName: { 'Fn::ImportValue': 'elsewhere' } },
      },
      'Fn::ImportValue',
    ],
  ])('it does not start with an unknown %s, and names the resource', async (_, resource, what) => {
    const assembly = writeAssembly({ resources: { Strange: resource } })
    const failure = await startLocalStack({ assembly }).catch((error: Error) => error.message)
    expect(failure).toMatch(/^Strange: /)
    expect(failure).toContain(what)
  })
})

describe('routes', () => {
  test('it takes the most specific one', async () => {
    const { base } = await setup(ECHO, [
      route('/a/b'),
      route('/a/{one}'),
      route('/a/{rest+}'),
      route('/a/{one}/c'),
    ])
    const resource = async (path: string) => {
      const event = (await (await fetch(base + path)).json()) as { resource: string }
      return event.resource
    }
    expect(await resource('/a/b')).toBe('/a/b')
    expect(await resource('/a/x')).toBe('/a/{one}')
    expect(await resource('/a/x/')).toBe('/a/{one}')
    expect(await resource('/a/b/c')).toBe('/a/{one}/c')
    expect(await resource('/a/x/y/z')).toBe('/a/{rest+}')
  })

  test.each(['/nothing', '/things/deeper', ''])('it has none for %j', async (path) => {
    const { base } = await setup(ECHO, [route('/things')])
    const answer = await fetch(base + path)
    expect(answer.status).toBe(403)
    expect(await answer.json()).toEqual({ message: 'Missing Authentication Token' })
  })

  test('it has none for another method', async () => {
    const { base } = await setup(ECHO, [route('/things', 'GET')])
    expect((await fetch(`${base}/things`, { method: 'POST' })).status).toBe(403)
    expect((await fetch(`${base}/things`)).status).toBe(200)
  })

  test('it knows no other stage', async () => {
    const { origin } = await setup(ECHO, [route('/things')])
    const answer = await fetch(`${origin}/other/things`)
    expect(answer.status).toBe(403)
    expect(await answer.json()).toEqual({ message: 'Forbidden' })
  })

  test('it refuses to start when a method may not invoke its function', async () => {
    const assembly = writeAssembly({
      functions: { Fn: { code: ECHO } },
      routes: [route('/things', 'GET', { permitted: false })],
    })
    await expect(startLocalStack({ assembly })).rejects.toThrow(
      /ResourcethingsGET: .*may not invoke/,
    )
  })
})

describe('answers of functions', () => {
  test('it sends status, headers, cookies and bytes', async () => {
    const { base } = await setup(
      answering(`{ statusCode: 418, headers: { 'X-One': 1 }, isBase64Encoded: true,
        multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] }, body: '/wD/' }`),
      [route('/things')],
    )
    const answer = await fetch(`${base}/things`)
    expect(answer.status).toBe(418)
    expect(answer.headers.get('x-one')).toBe('1')
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from([0xff, 0, 0xff]))
  })

  test('it gives the headers another name that are API Gateway’s own', async () => {
    const { base } = await setup(
      answering(`{ headers: {
        'WWW-Authenticate': 'Bearer', Server: 'us', Via: 'here', Date: 'yesterday' } }`),
      [route('/things')],
    )
    const { headers } = await fetch(`${base}/things`)
    expect(headers.get('www-authenticate')).toBeNull()
    expect(headers.get('x-amzn-remapped-www-authenticate')).toBe('Bearer')
    expect(headers.get('x-amzn-remapped-server')).toBe('us')
    expect(headers.get('x-amzn-remapped-via')).toBe('here')
    expect(headers.get('x-amzn-remapped-date')).toBe('yesterday')
    expect(headers.get('date')).not.toBe('yesterday')
  })

  test.each([
    ['text', `'hello'`],
    ['nothing', 'undefined'],
    ['an object as its body', '{ statusCode: 200, body: { a: 1 } }'],
    ['a member that there is not', '{ statusCode: 200, cookies: [] }'],
    ['a status that there is not', '{ statusCode: 1000 }'],
  ])('it is a bad gateway when a function answers %s', async (_, answer) => {
    const { base } = await setup(answering(answer), [route('/things')])
    const received = await fetch(`${base}/things`)
    expect(received.status).toBe(502)
    expect(await received.json()).toEqual({ message: 'Internal server error' })
  })

  test('it is a bad gateway when a function throws, and says nothing of it', async () => {
    const { base } = await setup(
      'export const handler = async () => { throw new Error("secret") }',
      [route('/things')],
    )
    const received = await fetch(`${base}/things`)
    expect(received.status).toBe(502)
    expect(await received.text()).not.toContain('secret')
  })

  test('it times out after the integration’s time, in which the function may go on', async () => {
    const { base } = await setup(
      'export const handler = () => new Promise((resolve) => setTimeout(resolve, 2000))',
      [route('/things', 'GET', { integration: { TimeoutInMillis: 50 } })],
    )
    const received = await fetch(`${base}/things`)
    expect(received.status).toBe(504)
    expect(await received.json()).toEqual({ message: 'Endpoint request timed out' })
  })

  test('it refuses a body that does not fit the gateway, and one that does not fit Lambda', async () => {
    const { base } = await setup(ECHO, [route('/things')])
    const send = (bytes: number) =>
      fetch(`${base}/things`, { method: 'POST', body: Buffer.alloc(bytes) })
    expect((await send(10 * 1024 * 1024 + 1)).status).toBe(413)
    expect((await send(5 * 1024 * 1024)).status).toBe(413)
  })
})

describe('streamed answers', () => {
  const streaming = (body: string) => `export const handler = awslambda.streamifyResponse(
    async (event, stream) => { ${body} })`
  const from = (head: string) => `stream = awslambda.HttpResponseStream.from(stream, ${head});`

  test('it sends the head before the body is there', async () => {
    const { base } = await setup(
      streaming(`${from(`{ statusCode: 206, headers: { 'WWW-Authenticate': 'Bearer' } }`)}
        stream.write('first'); await new Promise((resolve) => setTimeout(resolve, 100));
        stream.end(' last')`),
      [route('/things', 'GET', { integration: STREAM })],
    )
    const answer = await fetch(`${base}/things`)
    expect(answer.status).toBe(206)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(await answer.text()).toBe('first last')
  })

  test('it is a bad gateway without metadata', async () => {
    const { base } = await setup(streaming(`stream.write('plain'); stream.end()`), [
      route('/things', 'GET', { integration: STREAM }),
    ])
    expect((await fetch(`${base}/things`)).status).toBe(502)
  })

  test('it breaks off when the function fails on the way', async () => {
    const { base } = await setup(
      streaming(`${from('{ statusCode: 200 }')} stream.write('half'); throw new Error('gone')`),
      [route('/things', 'GET', { integration: STREAM })],
    )
    const answer = await fetch(`${base}/things`)
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow()
  })

  test('it lets the function write on when the client has gone', async () => {
    const { base, logged } = await setup(
      streaming(`${from('{ statusCode: 200 }')}
        for (let i = 0; i < 200; i += 1) {
          if (!stream.write(Buffer.alloc(16384))) await new Promise((go) => stream.once('drain', go))
        }
        stream.end(); console.log('wrote it all')`),
      [route('/things', 'GET', { integration: STREAM })],
    )
    const leave = new AbortController()
    await fetch(`${base}/things`, { signal: leave.signal })
    leave.abort()
    await expect.poll(() => logged.map(({ text }) => text)).toContain('wrote it all')
  })
})

describe('what API Gateway says itself', () => {
  const gatewayResponse = (properties: object) => ({
    Own: {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: { RestApiId: { Ref: 'Api' }, ...properties },
    },
  })

  test('it says it in the words of the template', async () => {
    const { base } = await setup(ECHO, [route('/things')], {
      functions: { Fn: { code: ECHO } },
      resources: gatewayResponse({
        ResponseType: 'MISSING_AUTHENTICATION_TOKEN',
        StatusCode: '404',
        ResponseParameters: { 'gatewayresponse.header.Content-Type': "'text/x-own'" },
        ResponseTemplates: { 'application/json': 'ref $context.requestId' },
      }),
    })
    const answer = await fetch(`${base}/nothing`)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toBe('text/x-own')
    expect(await answer.text()).toBe(`ref ${answer.headers.get('x-amzn-requestid')}`)
  })

  test('it says it in the words for its group of statuses, with its own status', async () => {
    const { base } = await setup(ECHO, [route('/things')], {
      resources: gatewayResponse({
        ResponseType: 'DEFAULT_4XX',
        ResponseTemplates: { 'application/json': 'own' },
      }),
    })
    const answer = await fetch(`${base}/nothing`)
    expect([answer.status, await answer.text()]).toEqual([403, 'own'])
  })

  test('it refuses a template with code that it does not know', async () => {
    const assembly = writeAssembly({
      resources: gatewayResponse({
        ResponseType: 'DEFAULT_4XX',
        ResponseTemplates: { 'application/json': '$util.escapeJavaScript(1)' },
      }),
    })
    await expect(startLocalStack({ assembly })).rejects.toThrow(/^Own: /)
  })
})

describe('a function’s log', () => {
  const LOGGING = `export const handler = async () => { console.log('one'); console.log('two')
    return { body: 'said' } }`
  const linesOf = async (actions: readonly string[]) => {
    const { base, logged } = await setup(LOGGING, [route('/things')], {
      resources: { Role: role(actions) },
    })
    expect(await (await fetch(`${base}/things`)).text()).toBe('said')
    return logged.filter(({ source }) => source !== 'access-log')
  }

  test('it has the function’s lines, as its role may write them', async () => {
    const both = ['logs:CreateLogStream', 'logs:PutLogEvents']
    expect(await linesOf(both)).toEqual([
      { source: 'Fn', text: 'one' },
      { source: 'Fn', text: 'two' },
    ])
  })

  test.each(['logs:CreateLogStream', 'logs:PutLogEvents'])(
    'it has none without %s, and says here what AWS says to nobody',
    async (missing) => {
      const other = ['logs:CreateLogStream', 'logs:PutLogEvents'].filter((one) => one !== missing)
      expect(await linesOf(other)).toEqual([
        { source: 'lambda', text: expect.stringContaining(`perform: ${missing} on resource`) },
      ])
    },
  )
})

test('it writes the access log in the format of the template', async () => {
  const { base, logged } = await setup(ECHO, [route('/things/{id}')])
  const body = await (await fetch(`${base}/things/secret?code=secret`)).text()
  await (await fetch(`${base}/nothing`)).text()

  await expect
    .poll(() => logged.filter(({ source }) => source === 'access-log').map(({ text }) => text))
    .toEqual([
      `GET /things/{id} 200 ${body.length}`,
      `GET - 403 ${'{"message":"Missing Authentication Token"}'.length}`,
    ])
})

describe('the origin', () => {
  const base = { 'Fn::Sub': `https://\${Api}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/live` }

  test('it stands for the execute-api origin in outputs and environments, and nowhere else', async () => {
    const assembly = writeAssembly({
      outputs: {
        Base: { Value: base },
        Longer: { Value: { 'Fn::Sub': `https://\${Api}.execute-api.us-east-1.amazonaws.com.cn` } },
        Other: { Value: 'https://other.execute-api.us-east-1.amazonaws.com/live' },
      },
    })
    const stack = await startLocalStack({ assembly })
    onTestFinished(() => stack.close())

    expect(stack.outputs['Base']).toBe(`${stack.origin}/live`)
    expect(stack.outputs['Longer']).toMatch(/^https:\/\/\w+\.execute-api/)
    expect(stack.outputs['Other']).toBe('https://other.execute-api.us-east-1.amazonaws.com/live')
  })

  test('it is in a function’s environment', async () => {
    const stack = await startTestStack({
      functions: {
        Fn: {
          code: 'export const handler = async () => ({ body: process.env.BASE })',
          properties: { Environment: { Variables: { BASE: base } } },
        },
      },
      routes: [route('/things')],
    })
    expect(await (await fetch(`${stack.origin}/live/things`)).text()).toBe(`${stack.origin}/live`)
  })
})

describe('AWS calls of functions', () => {
  const TABLE = {
    Things: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    },
  }
  const grant = (action: string) => ({
    Grant: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'grant',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'Read',
              Effect: 'Allow',
              Action: action,
              Resource: { 'Fn::GetAtt': ['Things', 'Arn'] },
            },
          ],
        },
        Roles: [{ Ref: 'Role' }],
      },
    },
  })
  const sdk = import.meta.resolve('@aws-sdk/client-dynamodb')
  const reading = `import { DynamoDBClient, GetItemCommand } from '${sdk}'
    const client = new DynamoDBClient()
    export const handler = async () => {
      const Key = { id: { S: 'a' } }
      const { Item } = await client.send(new GetItemCommand({ TableName: process.env.TABLE, Key }))
      return { body: Item.value.S }
    }`

  function client(stack: Awaited<ReturnType<typeof startLocalStack>>) {
    const { endpoint, region } = stack.aws
    return new DynamoDBClient({ endpoint, region, credentials: stack.operator })
  }

  test('it records them under the function’s name, and ours under the operator’s', async () => {
    const stack = await startTestStack({
      functions: {
        Fn: {
          code: reading,
          properties: { Environment: { Variables: { TABLE: { Ref: 'Things' } } } },
        },
      },
      routes: [route('/things')],
      resources: { ...TABLE, ...grant('dynamodb:GetItem') },
    })
    const Item = { id: { S: 'a' }, value: { S: 'kept' } }
    await client(stack).send(new PutItemCommand({ TableName: 'Test-Things', Item }))

    expect(await (await fetch(`${stack.origin}/live/things`)).text()).toBe('kept')
    expect(stack.calls).toEqual([
      { caller: 'operator', service: 'dynamodb', action: 'PutItem', allowedBy: [] },
      {
        caller: 'Fn',
        service: 'dynamodb',
        action: 'GetItem',
        allowedBy: [
          {
            action: 'dynamodb:GetItem',
            resource: expect.stringMatching(/:table\/Test-Things$/),
            statement: 'Grant#Read',
          },
        ],
      },
    ])
  })

  test('it kills the instance that makes a call, at that moment', async () => {
    const writing = `import { DynamoDBClient, PutItemCommand } from '${sdk}'
      const client = new DynamoDBClient()
      export const handler = async () => {
        const Item = { id: { S: 'a' } }
        await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item }))
        return { body: 'done' }
      }`
    const stack: LocalStack = await startTestStack(
      {
        functions: {
          Fn: {
            code: writing,
            properties: { Environment: { Variables: { TABLE: { Ref: 'Things' } } } },
          },
        },
        routes: [route('/things')],
        resources: { ...TABLE, ...grant('dynamodb:PutItem') },
      },
      {
        runAs: () => 'process',
        onAwsCall: async (call, moment) => {
          if (call.action !== 'PutItem' || moment === 'before') return
          await stack
            .instances()
            .find(({ id }) => id === call.instance)
            ?.kill()
        },
      },
    )

    expect((await fetch(`${stack.origin}/live/things`)).status).toBe(502)
    expect(stack.instances()).toEqual([])
    const read = new GetItemCommand({ TableName: 'Test-Things', Key: { id: { S: 'a' } } })
    expect((await client(stack).send(read)).Item).toEqual({ id: { S: 'a' } })
  })

  test('it keeps items over a restart under a state folder', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'state-'))
    onTestFinished(() => rmSync(stateFolder, { recursive: true, force: true }))
    const assembly = writeAssembly({ resources: TABLE })
    const Item = { id: { S: 'a' } }

    const first = await startLocalStack({ assembly, stateFolder })
    await client(first).send(new PutItemCommand({ TableName: 'Test-Things', Item }))
    await first.close()

    const second = await startLocalStack({ assembly, stateFolder })
    onTestFinished(() => second.close())
    const read = new GetItemCommand({ TableName: 'Test-Things', Key: Item })
    expect((await client(second).send(read)).Item).toEqual(Item)
  })
})

test('it refuses tables that were kept of another template, and leaves them as they are', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'state-'))
  onTestFinished(() => rmSync(stateFolder, { recursive: true, force: true }))
  const table = (key: string) => ({
    Things: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    },
  })
  const start = (key: string) =>
    startLocalStack({ assembly: writeAssembly({ resources: table(key) }), stateFolder })
  await (await start('id')).close()

  await expect(start('name')).rejects.toThrow(/^Test-Things was kept with other keys/)
  await (await start('id')).close()
})

test('it refuses a state folder that is in use', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'state-'))
  onTestFinished(() => rmSync(stateFolder, { recursive: true, force: true }))
  const assembly = writeAssembly({})
  const first = await startLocalStack({ assembly, stateFolder })
  await expect(startLocalStack({ assembly, stateFolder })).rejects.toThrow(/in use by process/)
  await first.close()

  await (await startLocalStack({ assembly, stateFolder })).close()
})

test('it moves one clock, here and in functions, and sets it back when it ends', async () => {
  const assembly = writeAssembly({
    functions: { Fn: { code: 'export const handler = async () => ({ body: Date.now() })' } },
    routes: [route('/things')],
  })
  const before = Date.now()
  const stack = await startLocalStack({ assembly })
  stack.time.advance(3600)
  const there = Number(await (await fetch(`${stack.origin}/live/things`)).text())
  const here = Date.now()
  await stack.close()

  expect(here - before).toBeGreaterThanOrEqual(3_600_000)
  expect(Math.abs(here - there)).toBeLessThan(60_000)
  expect(Date.now() - before).toBeLessThan(3_600_000)
})
