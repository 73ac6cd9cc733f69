import { describe, expect, it } from 'vitest'
import type { HttpResponse } from '#http/http-handler.ts'
import { authorizationPage } from '#http/pages/authorization-page.ts'
import { signedLinkPage } from '#http/pages/signed-link-page.ts'

const ENDPOINT = 'https://login.general.example/authorize?tenant=7&x=1'
const LAUNCH = 'https://broker.example/live/launch/general-production'

function formAction({ headers }: HttpResponse) {
  const policy = String(headers?.['content-security-policy'])
  return policy.split('; ').find((directive) => directive.startsWith('form-action'))
}

function forms({ body }: HttpResponse) {
  return [...body.matchAll(/<form method="(\w+)" action="([^"]*)">/g)].map(([, ...form]) => form)
}

function fields({ body }: HttpResponse) {
  const inputs = body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)
  return [...inputs].map(([, name, value]) => [name, value])
}

describe('the page that posts an authorization request', () => {
  const page = () =>
    authorizationPage({
      endpoint: ENDPOINT,
      parameters: { state: 'a&b', scope: '"launch"' },
      cookies: ['one=1', 'two=2'],
    })

  it('posts all of it to the endpoint with its own query, and has a button for it', () => {
    expect(forms(page())).toEqual([
      ['post', 'https://login.general.example/authorize?tenant=7&amp;x=1'],
    ])
    expect(fields(page())).toEqual([
      ['state', 'a&amp;b'],
      ['scope', '&quot;launch&quot;'],
    ])
    expect(page().body).toContain('<button>Continue</button>')
    expect(page().body).toContain('<script>document.forms[0].submit()</script>')
  })

  it('may lead on to any host, by https only, and sets the launch’s cookies', () => {
    expect(formAction(page())).toBe('form-action https:')
    expect(page().multiValueHeaders).toEqual({ 'set-cookie': ['one=1', 'two=2'] })
  })
})

describe('the page that posts its own query', () => {
  it('posts it byte for byte to the launch address, and to no other', () => {
    const page = signedLinkPage(LAUNCH, {})

    expect(forms(page)).toEqual([['post', LAUNCH]])
    expect(fields(page)).toEqual([['signed_query', '']])
    expect(page.body).toContain('.value = location.search.slice(1); document.forms[0].submit()')
    expect(formAction(page)).toBe(`form-action ${LAUNCH}`)
  })

  it('may lead on to the EHR’s sign-on, and stand in the frames that it is told', () => {
    const page = signedLinkPage(LAUNCH, {
      goesOnTo: 'https://ehr.general.example/fhir',
      frameAncestors: ['https://ehr.general.example'],
    })

    expect(formAction(page)).toBe(`form-action ${LAUNCH} https:`)
    expect(page.headers?.['content-security-policy']).toContain(
      'frame-ancestors https://ehr.general.example',
    )
  })

  it('says what to do where no script runs', () => {
    expect(signedLinkPage(LAUNCH, {}).body).toMatch(/<noscript><p role="alert">[^<]*scripts/)
  })
})
