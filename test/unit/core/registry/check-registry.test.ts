import { describe, expect, it } from 'vitest'
import { parseRegistry } from '#core/registry/parse-registry.ts'
import { aRegistryFile, registryFileWith } from '../../../support/registry-file.ts'

function check(
  changes: Readonly<Record<string, unknown>>,
  upstreams: 'public' | 'loopback' = 'public',
) {
  const parsed = parseRegistry(JSON.stringify(registryFileWith(changes)), { upstreams })
  return 'problems' in parsed ? parsed.problems : []
}

const { apps, connections, organizations, registrations } = aRegistryFile()
const [heartline] = apps
const [general, mercy] = connections

describe('checkRegistry', () => {
  it('finds nothing wrong with a right file', () => {
    expect(check({})).toEqual([])
  })

  it.each([
    ['organizations[2].slug', { organizations: [...organizations, organizations[0]] }],
    ['registrations[2].id', { registrations: [...registrations, { ...registrations[1] }] }],
    ['apps[1].clients[0].clientId', { 'apps[1].clients[0].clientId': 'heartline-server' }],
    [
      'apps[1].ssoDestination.id',
      { 'apps[1].ssoDestination.id': heartline?.ssoDestination.id.toUpperCase() },
    ],
  ])('wants %s to be its own', (path, changes) => {
    expect(check(changes)).toEqual([
      { path, message: expect.stringMatching(/^".+" is taken by .+\. Give each its own\.$/) },
    ])
  })

  it('wants a webhook to be at an address that the stack reaches, under a secret of its app alone', () => {
    const webhook = { url: 'https://heartline.example/hooks', secretRef: 'heartline' }

    expect(check({ 'apps[0].webhook': webhook })).toEqual([])
    expect(
      check({ 'apps[0].webhook': { ...webhook, url: 'http://heartline.example/hooks' } }),
    ).toEqual([
      {
        path: 'apps[0].webhook.url',
        message: '"heartline.example" is addressed by http. Use https.',
      },
    ])
    expect(check({ 'apps[0].webhook': webhook, 'apps[1].webhook': webhook })).toEqual([
      {
        path: 'apps[1].webhook.secretRef',
        message:
          '"heartline" is the secret of apps[0] too, so each app could send events to the other. Give each its own.',
      },
    ])
    expect(
      check({ 'apps[0].webhook': { ...webhook, events: ['session.stolen'] } }).map(
        ({ path }) => path,
      ),
    ).toEqual(['apps[0].webhook.events[0]'])
  })

  it('wants ids of apps and of connections to be their own', () => {
    expect(check({ 'apps[1].id': 'heartline' })).toContainEqual({
      path: 'apps[1].id',
      message: '"heartline" is taken by apps[0]. Give each its own.',
    })
    expect(check({ 'connections[1].id': 'general-production' })).toEqual([
      {
        path: 'connections[1].id',
        message: '"general-production" is taken by connections[0]. Give each its own.',
      },
    ])
  })

  it('wants no launch key that is both an app and a connection', () => {
    expect(check({ 'connections[0].id': 'dosing' })).toEqual([
      {
        path: 'connections[0].id',
        message:
          'An app has the id "dosing" too, and both are launch keys. Give the connection another id.',
      },
    ])
  })

  it('lets a launch go on without cookies in named frames only', () => {
    const weaker = { 'connections[1].withoutCookies': 'weaker-binding' }

    expect(check(weaker)).toEqual([])
    for (const frameAncestors of [undefined, []]) {
      expect(check({ ...weaker, 'connections[1].frameAncestors': frameAncestors })).toEqual([
        {
          path: 'connections[1].frameAncestors',
          message:
            'A launch without cookies is only as safe as the frame that it is in. Name the EHR’s origins, or leave withoutCookies out.',
        },
      ])
    }
  })

  it('lists in the picker what a person can begin there only', () => {
    const listed = { 'connections[0].listed': true }

    expect(check(listed)).toEqual([
      {
        path: 'connections[0].listed',
        message:
          'A launch of this connection begins in the EHR only, so a picker cannot begin one. Set standaloneLaunch to true, or leave listed out.',
      },
    ])
    expect(check({ ...listed, 'connections[0].standaloneLaunch': true })).toEqual([])
    expect(check({ ...listed, 'connections[0].signOn': { scheme: 'smart-standalone' } })).toEqual(
      [],
    )
  })

  it.each([
    ['registrations[0].app', 'There is no app "gone". Add it to apps, or correct the name.'],
    [
      'connections[0].organization',
      'There is no organization "gone". Add it to organizations, or correct the name.',
    ],
    ['connections[0].app', 'There is no app "gone". Add it to apps, or correct the name.'],
    [
      'connections[0].registration',
      'There is no registration "gone". Add it to registrations, or correct the name.',
    ],
  ])('wants what %s names to exist', (path, message) => {
    expect(check({ [path]: 'gone' })).toContainEqual({ path, message })
  })

  it('refuses a connection whose app has no SSO destination', () => {
    expect(check({ 'apps[0].ssoDestination': undefined })).toEqual([
      {
        path: 'connections[0].app',
        message:
          'The app "heartline" has no ssoDestination, so nobody would receive the SessionID. Add one to the app.',
      },
    ])
  })

  it('takes an app without SSO destination that nothing connects', () => {
    expect(check({ 'apps[0].ssoDestination': undefined, connections: [mercy] })).toEqual([])
  })

  it('refuses another app’s registration', () => {
    expect(check({ 'connections[0].registration': 'mercy-dosing' })).toEqual([
      {
        path: 'connections[0].registration',
        message:
          'The registration "mercy-dosing" belongs to the app "dosing", and the connection to "heartline". Name a registration of the connection’s own app.',
      },
    ])
  })

  it('refuses one client at one EHR for two apps (CX-04)', () => {
    const changes = {
      'connections[1].fhirBaseUrl': 'https://EHR.general.example/fhir',
      'registrations[1].clientId': 'client-at-general',
      'registrations[0].ownRedirectUri': true,
      'registrations[1].ownRedirectUri': true,
    }
    expect(check(changes)).toEqual([
      {
        path: 'connections[1].registration',
        message:
          'This EHR knows the client of this registration as that of the app "heartline" (connections[0]). Register a client of its own for "dosing".',
      },
    ])
  })

  it('takes two apps at one organization’s EHR, each with its own client and redirect URI (CX-02)', () => {
    const together = {
      'connections[1].organization': 'general',
      'connections[1].fhirBaseUrl': general?.fhirBaseUrl,
    }
    const own = (index: number) => ({ [`registrations[${index}].ownRedirectUri`]: true })

    expect(check({ ...together, ...own(0), ...own(1) })).toEqual([])
    expect(check({ ...together, ...own(0) })).toEqual([
      {
        path: 'registrations[1].ownRedirectUri',
        message:
          'The app "heartline" has a client at the authorization server of this one (connections[0], connections[1]). Set ownRedirectUri to true, and have the vendor register <API base>/redirect/mercy-dosing.',
      },
    ])
    expect(check(together).map(({ path }) => path)).toEqual([
      'registrations[0].ownRedirectUri',
      'registrations[1].ownRedirectUri',
    ])
  })

  it('wants the same of two apps whose servers may be on one host', () => {
    expect(
      check({ 'connections[0].endpointHosts': ['login.mercy.example'] }).map(({ path }) => path),
    ).toEqual(['registrations[0].ownRedirectUri', 'registrations[1].ownRedirectUri'])
    expect(check({ 'connections[0].endpointHosts': ['login.general.example'] })).toEqual([])
  })

  it('wants it of no app whose clients are at one server alone', () => {
    const second = { ...general, id: 'second', organization: 'mercy', environment: 'Staging' }
    const connections = [general, { ...second, fhirBaseUrl: 'https://two.general.example/fhir' }]
    expect(check({ connections, 'connections[0].endpointHosts': [] })).toEqual([])
  })

  it('refuses a client secret that two apps share (CX-04)', () => {
    const authentication = { method: 'client_secret_basic', secretRef: 'general/heartline' }
    expect(check({ 'registrations[1].authentication': authentication })).toEqual([
      {
        path: 'registrations[1].authentication.secretRef',
        message:
          '"general/heartline" is the secret of another app’s client (registrations[0]). Give each app’s client a secret of its own.',
      },
    ])
  })

  it('refuses an SSO secret that two apps share', () => {
    expect(check({ 'apps[1].ssoDestination.secretRef': 'heartline' })).toEqual([
      {
        path: 'apps[1].ssoDestination.secretRef',
        message:
          '"heartline" is the secret of apps[0] too, so each app could sign on people at the other. Give each its own.',
      },
    ])
  })

  it('refuses two connections of one app to one EHR, however its address is spelled', () => {
    const second = {
      ...general,
      id: 'second',
      organization: 'mercy',
      fhirBaseUrl: 'https://EHR.general.example:443/fhir',
    }
    expect(check({ connections: [general, second] })).toEqual([
      {
        path: 'connections[1].fhirBaseUrl',
        message:
          'connections[0] connects the app "heartline" to this EHR already, so a launch at /launch/heartline could be either. Keep one of them.',
      },
    ])
  })

  it('refuses two connections of one app under one FHIR path', () => {
    const second = { ...general, id: 'second', fhirBaseUrl: 'https://other.general.example/fhir' }
    expect(check({ connections: [general, second] })).toEqual([
      {
        path: 'connections[1]',
        message:
          'connections[0] connects the app "heartline" to /fhir/R4/general/Production already. Give the second EHR an organization of its own.',
      },
    ])
    const staging = { ...second, environment: 'Staging' }
    expect(check({ connections: [general, staging] })).toEqual([])
  })

  it.each([
    ['no key', { jwks: undefined }, 'The client has no public key. Add jwks or jwksUri.'],
    [
      'two places',
      { jwksUri: 'https://heartline.example/jwks.json' },
      'Both jwks and jwksUri are given. Keep one.',
    ],
  ])('refuses a client with %s for its keys', (_what, fields, message) => {
    const client = { ...heartline?.clients[0], ...fields }
    expect(check({ 'apps[0].clients[0]': client })).toEqual([
      { path: 'apps[0].clients[0]', message },
    ])
  })

  it.each(['d', 'p', 'k'])('refuses a private key, known by its member %s', (member) => {
    expect(check({ [`apps[0].clients[0].jwks.keys[0].${member}`]: 's3cr3t' })).toEqual([
      {
        path: 'apps[0].clients[0].jwks.keys[0]',
        message:
          'This is a private key. Replace it: it is known to all who can read this file. Put the public half of the new one here.',
      },
    ])
  })

  it('wants each key of a client to have its own kid', () => {
    const key = { kty: 'EC', kid: 'one' }
    expect(check({ 'apps[0].clients[0].jwks.keys': [key, key] })).toEqual([
      {
        path: 'apps[0].clients[0].jwks.keys[1].kid',
        message: 'apps[0].clients[0].jwks.keys[0] has this kid too. Give each key its own.',
      },
    ])
  })

  it('wants the scope launch, each scope once, and openid for what hangs on it (SM-24, SM-32)', () => {
    expect(
      check({ 'connections[0].scopes': ['fhirUser', 'patient/*.rs', 'patient/*.rs'] }),
    ).toEqual([
      {
        path: 'connections[0].scopes[2]',
        message: '"patient/*.rs" stands at connections[0].scopes[1] already. Remove one.',
      },
      {
        path: 'connections[0].scopes',
        message: 'An EHR launch needs the scope "launch". Add it.',
      },
      {
        path: 'connections[0].scopes[0]',
        message: '"fhirUser" has no effect without "openid". Add it.',
      },
    ])
  })

  it('refuses an idle limit longer than the session', () => {
    expect(check({ 'connections[1].sessionPolicy.idleSeconds': 7201 })).toEqual([
      {
        path: 'connections[1].sessionPolicy.idleSeconds',
        message: '7201 is longer than the session itself (absoluteSeconds 7200). Make it shorter.',
      },
    ])
  })

  it.each([
    'apps[0].ssoDestination.url',
    'apps[0].ssoDestination.errorUrl',
    'apps[0].ssoDestination.redirectOrigins[0]',
    'apps[1].clients[0].jwksUri',
    'connections[0].fhirBaseUrl',
    'connections[1].landingUrl',
    'connections[1].frameAncestors[0]',
  ])('wants https at %s', (path) => {
    expect(check({ [path]: 'http://app.example' })).toEqual([
      { path, message: '"app.example" is addressed by http. Use https.' },
    ])
  })

  it('takes loopback addresses alone, http too, in a stack that reaches nothing else', () => {
    const local = {
      apps: [
        {
          ...heartline,
          ssoDestination: {
            ...heartline?.ssoDestination,
            url: 'http://127.0.0.1:4020/sso',
            errorUrl: 'http://localhost:4020/failed',
            redirectOrigins: ['http://127.0.0.1:4020', 'http://[::1]:4020'],
          },
        },
      ],
      registrations: [registrations[0]],
      connections: [{ ...general, fhirBaseUrl: 'http://127.0.0.1:4010/fhir' }],
    }
    expect(check(local, 'loopback')).toEqual([])
    expect(check(local, 'public').length).toBe(5)
    expect(check({ ...local, connections: [general] }, 'loopback')).toEqual([
      {
        path: 'connections[0].fhirBaseUrl',
        message:
          '"ehr.general.example" is not on this machine, and this stack reaches nothing else (its upstreams is "loopback"). Use a loopback address.',
      },
    ])
  })

  it.each(['127.0.0.1.example.org', 'not-localhost', 'localhost.example.org', '1127.0.0.1.org'])(
    'does not take %s for this machine',
    (host) => {
      expect(
        check({ connections: [{ ...general, fhirBaseUrl: `http://${host}/fhir` }] }, 'loopback'),
      ).toContainEqual({
        path: 'connections[0].fhirBaseUrl',
        message: expect.stringContaining('is not on this machine'),
      })
    },
  )

  it.each([
    'https://heartline.example/',
    'https://heartline.example/app',
    'https://HEARTLINE.example',
    'https://heartline.example:443',
    'https://heartline.example?a=b',
  ])('wants an origin in its plain form, not %s', (origin) => {
    expect(check({ 'apps[0].ssoDestination.redirectOrigins[0]': origin })).toEqual([
      {
        path: 'apps[0].ssoDestination.redirectOrigins[0]',
        message:
          'This is more than an origin, or not its plain form. Write "https://heartline.example".',
      },
    ])
  })

  it.each([
    'https://ehr.general.example/a/../fhir',
    'https://ehr.general.example/fhir?a=b',
    'https://ehr.general.example//fhir',
  ])('refuses a FHIR base that no iss could equal: %s', (fhirBaseUrl) => {
    expect(check({ 'connections[0].fhirBaseUrl': fhirBaseUrl })).toEqual([
      {
        path: 'connections[0].fhirBaseUrl',
        message: expect.stringMatching(/^No launch’s iss could ever equal this address\./),
      },
    ])
  })

  it('refuses an address that is none', () => {
    expect(check({ 'apps[0].ssoDestination.url': 'https://[heartline' })).toEqual([
      {
        path: 'apps[0].ssoDestination.url',
        message: 'This is not a URL. Write it in full: https://….',
      },
    ])
  })

  it('tells every problem, none hiding another', () => {
    const problems = check({
      'connections[0].organization': 'gone',
      'apps[1].ssoDestination.secretRef': 'heartline',
      'connections[1].landingUrl': 'http://dosing.example/done',
    })
    expect(problems.map(({ path }) => path)).toEqual([
      'connections[0].organization',
      'apps[1].ssoDestination.secretRef',
      'connections[1].landingUrl',
    ])
  })
})
