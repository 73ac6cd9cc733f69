import { describe, expect, it } from 'vitest'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import type { Organization, SignOnConnection } from '#core/registry/registry.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { launchHandler } from '../../lambdas/launch/handler.ts'
import { aConnection, anApp, aRegistration, aRegistry, NOW } from '../fixtures.ts'
import { IDLE_CLIENT } from '../support/idle-client.ts'
import { recordingLog } from '../support/recording-log.ts'
import { noLinks } from './given-links.ts'

const BASE = 'https://broker.example/live'
const HOSTILE = `"><script>alert('x')</script>`
const LOGO = 'data:image/png;base64,iVBORw0KGgo='

const listed = (id: string, rest: Parameters<typeof aConnection>[0] = {}) =>
  aConnection({ id, organization: id, listed: true, standaloneLaunch: true, ...rest })

function setup({
  organizations = [
    { slug: 'mercy', name: 'Mercy Clinics', locations: [{ city: 'Springfield' }], logo: LOGO },
    { slug: 'general', name: 'General Hospital' },
  ],
  connections = [listed('mercy'), listed('general')],
}: {
  readonly organizations?: readonly Organization[]
  readonly connections?: readonly SignOnConnection[]
} = {}) {
  const handler = launchHandler({
    registry: aRegistry({
      organizations,
      apps: [anApp(), anApp({ id: 'other' })],
      registrations: [aRegistration()],
      connections,
    }),
    discovery: () => Promise.reject(new Error('nothing is to be discovered')),
    launches: memoryOneTimeStore(() => NOW),
    redirectUri: `${BASE}/redirect`,
    ...IDLE_CLIENT,
    ...noLinks(),
    log: recordingLog(),
    now: () => NOW,
  })
  return (query: Readonly<Record<string, string>> = {}, key = 'heartline', httpMethod = 'GET') =>
    handler({
      httpMethod,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      pathParameters: { key },
      multiValueQueryStringParameters: Object.fromEntries(
        Object.entries(query).map(([name, value]) => [name, [value]]),
      ),
    } as Partial<HttpRequest> as HttpRequest)
}

/** Every address on a page. */
const addresses = (body: string) =>
  [...body.matchAll(/\s(?:href|src|action)="([^"]*)"/g)].map(([, address]) => address ?? '')

describe('the launch picker', () => {
  it('offers an app’s listed connections, each by its launch address', async () => {
    const { statusCode, body } = await setup()()

    expect(statusCode).toBe(200)
    expect(body).toContain('<h1>Choose your hospital or clinic</h1>')
    expect(body).toMatch(/<a href="[^"]*\/launch\/general">\s*<span>General Hospital<\/span>/)
    expect(body).toMatch(
      /launch\/mercy">\s*<img src="data:image\/png;[^>]*alt=""[^>]*>\s*<span>Mercy Clinics<\/span>\s*<small>Springfield<\/small>/,
    )
  })

  it('sends who signs on by SAML to the sign-on of that', async () => {
    const saml = { signOn: { scheme: 'saml' } } as unknown as Parameters<typeof aConnection>[0]
    const { body } = await setup({ connections: [listed('mercy', saml)] })()

    expect(body).toContain(`href="${BASE}/saml/mercy/login"`)
  })

  it('finds what is looked for, and says so before anything else', async () => {
    const { body } = await setup()({ search: ' springf ' })

    expect(body).toContain('<title>1 organization found for “springf”</title>')
    expect(body).toContain('Mercy Clinics')
    expect(body).not.toContain('General Hospital')
    const none = await setup()({ search: 'nowhere' })
    expect(none.body).toMatch(/0 organizations found.*role="status">Check the spelling/s)
    expect(none.body).not.toContain('<ul')
  })

  it.each([
    ['search', HOSTILE],
    ['search', 'https://evil.example/'],
    ['page', HOSTILE],
    ['page', 'https://evil.example/'],
    ['url', 'https://evil.example/'],
    ['redirect_uri', 'https://evil.example/'],
  ])('has no address but its own, and no markup, whatever comes as %s', async (name, value) => {
    const { body } = await setup()({ [name]: value })

    expect(body).not.toContain('<script')
    expect(addresses(body).length).toBeGreaterThan(0)
    for (const address of addresses(body)) {
      expect(address.startsWith(`${BASE}/launch/`) || address === LOGO).toBe(true)
    }
  })

  it('writes the names of the registry as text', async () => {
    const organizations = [{ slug: 'mercy', name: HOSTILE, locations: [{ city: HOSTILE }] }]
    const { body } = await setup({ organizations, connections: [listed('mercy')] })()

    expect(body).not.toContain('<script')
  })

  it('runs no script, stands in no frame, and loads nothing but the images that it has within', async () => {
    const { headers } = await setup()()
    const policy = String(headers?.['content-security-policy'])

    expect(policy.replaceAll(/'sha256-[^']+'/g, 'HASH')).toBe(
      `default-src 'none'; style-src HASH HASH; img-src data:; form-action ${BASE}/launch/heartline; base-uri 'none'; frame-ancestors 'none'`,
    )
    const withoutLogo = await setup({ connections: [listed('general')] })()
    expect(withoutLogo.headers?.['content-security-policy']).not.toContain('img-src')
  })

  it('leads through all of 5,000 organizations, page by page', async () => {
    const organizations = Array.from({ length: 5_000 }, (_, index) => ({
      slug: `org-${index}`,
      name: `Hospital ${String(index).padStart(4, '0')}`,
    }))
    const open = setup({
      organizations,
      connections: organizations.map(({ slug }) => listed(slug)),
    })

    const first = await open()
    expect(first.body).toContain('1–20 of 5,000 organizations.')
    expect(first.body).toContain(`<a href="${BASE}/launch/heartline?page=2" rel="next">`)
    const last = await open({ search: 'hospital', page: '250' })
    expect(last.body).toContain('4,981–5,000 of 5,000 organizations.')
    expect(last.body).toContain('Hospital 4999')
    expect(last.body).not.toContain('rel="next"')
    expect(last.body).toContain(
      `<a href="${BASE}/launch/heartline?search=hospital&amp;page=249" rel="prev">`,
    )
  })

  it.each([
    [
      'an EHR that launches',
      { iss: 'https://ehr.general.example/fhir', launch: 'handle' },
      'heartline',
      'GET',
      'launch_issuer_unknown',
    ],
    [
      'an EHR that forgot its iss',
      { launch: 'handle' },
      'heartline',
      'GET',
      'launch_parameter_invalid',
    ],
    ['what is posted', {}, 'heartline', 'POST', 'launch_parameter_invalid'],
    ['an app that lists none', {}, 'other', 'GET', 'launch_parameter_invalid'],
    ['what is no app', {}, 'nobody', 'GET', 'launch_key_unknown'],
  ])('is not for %s', async (_what, query, key, method, code) => {
    const open = setup({ connections: [listed('mercy', { issuer: 'https://mercy.example' })] })

    await expect(open(query, key, method)).rejects.toMatchObject({ code })
  })
})
