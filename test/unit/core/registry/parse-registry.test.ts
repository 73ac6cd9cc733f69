import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRegistry } from '#core/registry/parse-registry.ts'
import { parsedRegistryFile, registryFileWith } from '../../../support/registry-file.ts'

function problemsWith(changes: Readonly<Record<string, unknown>>) {
  return problemsOf(JSON.stringify(registryFileWith(changes)))
}

function problemsOf(text: string) {
  const parsed = parseRegistry(text, { upstreams: 'public' })
  return 'problems' in parsed ? parsed.problems : []
}

describe('parseRegistry', () => {
  it('reads a file, and gives sessions 12 hours and one idle hour where it says nothing', () => {
    const { connections } = parsedRegistryFile({
      'connections[1].sessionPolicy': { idleSeconds: 60 },
    })

    expect(connections.map(({ sessionPolicy }) => sessionPolicy)).toEqual([
      { absoluteSeconds: 43_200, idleSeconds: 3_600 },
      { absoluteSeconds: 43_200, idleSeconds: 60 },
    ])
  })

  it('takes an app without clients', () => {
    expect(parsedRegistryFile({ 'apps[0].clients': undefined }).apps[0]?.clients).toEqual([])
  })

  it('takes a file that begins with a byte order mark', () => {
    expect(problemsOf(`\uFEFF${JSON.stringify(registryFileWith({}))}`)).toEqual([])
  })

  it.each([
    'https://cdn.example/logo.png',
    'data:text/html;base64,AAAA',
    'data:image/png,AAAA',
    'data:image/png;base64,AA"onerror=',
    `data:image/png;base64,${'A'.repeat(12_288)}`,
  ])('takes a logo within the file only, and a small one: not %.40s', (logo) => {
    expect(problemsWith({ 'organizations[1].logo': logo }).map(({ path }) => path)).toEqual([
      'organizations[1].logo',
    ])
  })

  it.each([
    ['connections[0].environment', 'production', /upper and lower case count/],
    ['connections[0].fhirVersion', 'R6', /"R4"/],
    ['connections[0].scopes', [], /items/],
    ['connections[0].source.id', 'general', /UUID/],
    ['connections[0].fhirBaseUrl', 'ehr.general.example', /absolute https URL/],
    ['connections[1].sessionPolicy.idleSeconds', 59, /60/],
    ['connections[1].sessionPolicy.idleSeconds', '600', /expected number/],
    ['connections[1].endpointHosts[0]', 'https://login.mercy.example', /Use a host/],
    ['connections[1].endpointHosts[0]', 'LOGIN.mercy.example', /Use a host/],
    ['organizations[0].slug', 'General', /lower-case/],
    ['organizations[0].slug', '..', /lower-case/],
    ['organizations[0].slug', 'x'.repeat(65), /1 to 64/],
    ['organizations[0].name', '', /characters/],
    ['apps[0].ssoDestination.id', 'heartline', /UUID/],
    ['apps[0].ssoDestination.secretRef', '/heartline', /lower-case/],
    ['apps[0].ssoDestination.secretRef', 'a/../b', /lower-case/],
    ['apps[0].ssoDestination.secretRef', undefined, /^Missing/],
    ['apps[0].clients[0].jwks.keys[0].kty', 'oct', /public RSA or EC key/],
    ['registrations[0].authentication.method', 'client_secret_jwt', /client_secret_basic/],
    ['registrations[0].authentication.secretRef', undefined, /^Missing/],
    ['registrations[0].clientId', 'a\nb', /printable ASCII/],
    ['connections[1].frameAncestors[0]', 'https://ehr.example/', /without a path/],
    ['connections[1].frameAncestors[0]', 'https://ehr.example; script-src *', /without a path/],
    ['connections[1].frameAncestors[0]', 'https://*', /without a path/],
    ['connections[1].frameAncestors[0]', '*', /without a path/],
    ['organizations', undefined, /^Missing/],
  ])('says of %s = %o what is wrong, at that path', (path, value, message) => {
    const problems = problemsWith({ [path]: value })

    expect(problems).toEqual([{ path, message: expect.stringMatching(message) }])
  })

  it('tells every problem of the form', () => {
    expect(
      problemsWith({ 'organizations[0].slug': 'A', 'connections[0].environment': 'Prod' }),
    ).toHaveLength(2)
  })

  it('refuses a secret’s value under any name, and does not repeat it', () => {
    for (const name of ['secret', 'clientSecret', 'password', 'ssoSecret', 'privateKey']) {
      const problems = problemsWith({ [`registrations[0].authentication.${name}`]: 's3cr3t-value' })

      expect(problems).toEqual([
        {
          path: 'registrations[0].authentication',
          message: `"${name}": unknown here, and secrets never stand in this file. Remove it; set secrets with "sallyport secret set".`,
        },
      ])
    }
  })

  it('refuses a field it does not know', () => {
    expect(problemsWith({ 'connections[0].scope': 'launch' })).toEqual([
      {
        path: 'connections[0]',
        message: '"scope": unknown here. Correct the name, or remove it.',
      },
    ])
  })

  it('says where a file is not JSON, and does not quote it', () => {
    expect(problemsOf('{\n  "apps": [] "s3cr3t"\n}')).toEqual([
      { path: '', message: expect.stringMatching(/^Not JSON, at line 2 column \d+\. /) },
    ])
    for (const text of ['', 's3cr3t', '{"clientSecret": s3cr3t}', '"s3cr3t']) {
      const [problem] = problemsOf(text)
      expect(problem?.message).toMatch(/^Not JSON/)
      expect(problem?.message).not.toContain('s3c')
    }
  })

  it('answers problems for any JSON, and never throws', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(problemsOf(text)).not.toEqual([])
      }),
    )
  })

  it.each(['null', '[]', '"text"', '1'])('refuses %s', (text) => {
    expect(problemsOf(text)).toEqual([{ path: '', message: expect.stringContaining('object') }])
  })
})
