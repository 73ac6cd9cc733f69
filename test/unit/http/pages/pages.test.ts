import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { BrokerError, ERRORS, type ErrorCode } from '#core/errors.ts'
import { Secret } from '#core/secret.ts'
import type { HttpResponse } from '#http/http-handler.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { appReadyPage } from '#http/pages/app-ready-page.ts'
import { authorizationPage } from '#http/pages/authorization-page.ts'
import { errorPage } from '#http/pages/error-page.ts'
import { handOverPage } from '#http/pages/hand-over-page.ts'
import { movingOnPage } from '#http/pages/moving-on-page.ts'
import { newWindowPage } from '#http/pages/new-window-page.ts'
import { signedLinkPage } from '#http/pages/signed-link-page.ts'
import { signedOffPage } from '#http/pages/signed-off-page.ts'

const HOSTILE = `"><script>alert('x')</script>`
const SSO_URL = 'https://broker.example/live/sso'

const handOver = (appName = 'Heartline') =>
  handOverPage({ ssoUrl: SSO_URL, ticket: new Secret('the-ticket'), appName })
const movingOn = (location = 'https://heartline.example/in?t=1&u=2#f', appName = 'Heartline') =>
  movingOnPage({ location: new URL(location), appName, cookies: ['a=1', 'b=2'] })

function renderError(error: BrokerError) {
  const request = {
    path: '/sso',
    body: HOSTILE,
    queryStringParameters: { q: HOSTILE },
    requestContext: { requestId: 'request-1' },
  }
  return errorPage(error, request as unknown as HttpRequest)
}

const PAGES: readonly [string, string, () => HttpResponse][] = [
  ['the hand-over', 'Signing you on to Heartline…', () => handOver()],
  ['the moving-on', 'Opening Heartline…', () => movingOn()],
  ['the app-ready', 'Heartline is ready', () => appReadyPage({ appName: 'Heartline' })],
  ['the error', 'The app could not be opened', () => renderError(new BrokerError('ticket_used'))],
  [
    'the new-window',
    'Heartline opens in a window of its own',
    () => newWindowPage({ appName: 'Heartline', launchUrl: SSO_URL }),
  ],
  ['the signed-off', 'You are signed off', () => signedOffPage()],
  [
    'the authorization',
    'Going to the sign-on of your EHR…',
    () => authorizationPage({ endpoint: SSO_URL, parameters: { state: '1' }, cookies: [] }),
  ],
  ['the signed-link', 'Opening the app…', () => signedLinkPage(SSO_URL, {})],
]

function policy({ headers }: HttpResponse) {
  const directives = String(headers?.['content-security-policy']).split('; ')
  return new Map(directives.map((directive) => [directive.split(' ', 1)[0], directive]))
}

/** What of a page is read: its text without markup, styles and scripts. */
function textOf({ body }: HttpResponse): string {
  return body
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

function inline({ body }: HttpResponse, element: 'style' | 'script') {
  const contents = [...body.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))]
  return contents.map(([, source = '']) => createHash('sha256').update(source).digest('base64'))
}

describe.each(PAGES)('%s page', (_name, title, render) => {
  it('is kept by no cache, and tells the next site nothing of where the person comes from (BC-06)', () => {
    const response = render()

    expect(response.statusCode).toBeGreaterThanOrEqual(200)
    expect(response.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
  })

  it('runs and loads nothing but its own style and constant script', () => {
    const response = render()
    const directives = policy(response)

    expect(directives.get('default-src')).toBe("default-src 'none'")
    expect(directives.get('base-uri')).toBe("base-uri 'none'")
    expect(directives.get('form-action')).toMatch(/^form-action ('none'|https:\S*)$/)
    expect([...directives.keys()].filter((name) => name !== 'script-src')).toEqual([
      'default-src',
      'style-src',
      'form-action',
      'base-uri',
    ])
    expect(inline(response, 'style').map((hash) => `style-src 'sha256-${hash}'`)).toEqual([
      directives.get('style-src'),
    ])
    expect(inline(response, 'script').map((hash) => `script-src 'sha256-${hash}'`)).toEqual(
      directives.has('script-src') ? [directives.get('script-src')] : [],
    )
    expect(response.body).not.toMatch(/\s(src|on\w+|style)=|<(img|iframe|object|base)\b/i)
  })

  it('may stand in any frame, as nobody has said whose', () => {
    const { headers } = render()

    expect(policy(render()).has('frame-ancestors')).toBe(false)
    expect(headers).not.toHaveProperty('x-frame-options')
  })

  it('has a language, a title that is its heading, and a viewport', () => {
    const { body } = render()

    expect(body).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(body).toContain('<meta name="viewport"')
    expect(body).toContain(`<title>${title}</title>`)
    expect(body).toContain(`<h1>${title}</h1>`)
    expect(body).not.toMatch(/undefined|\[object/)
  })
})

it.each([
  [
    'Heartline is ready',
    'You are signed on. You can go on in Heartline now, and close this page.',
    () => appReadyPage({ appName: 'Heartline' }),
  ],
  ['You are signed off', 'You can close this page.', () => signedOffPage()],
  ['Signing you on to Heartline…', 'Continue to Heartline', () => handOver()],
])('the page “%s” says that, what to do, and no more', (title, said, render) => {
  expect(textOf(render())).toBe(`${title} ${title} ${said}`)
  expect(policy(render()).get('form-action')).toMatch(/^form-action \S/)
})

describe('a page of a connection whose EHR is known by its origins', () => {
  const render = (frameAncestors: readonly string[]) => [
    handOverPage({
      ssoUrl: SSO_URL,
      ticket: new Secret('the-ticket'),
      appName: 'Heartline',
      frameAncestors,
    }),
    movingOnPage({ location: new URL(SSO_URL), appName: 'Heartline', frameAncestors }),
    appReadyPage({ appName: 'Heartline', frameAncestors }),
  ]

  it('stands in frames of these origins only, and in none where there is none', () => {
    for (const page of render(['https://ehr.example', 'https://*.ehr.example'])) {
      expect(policy(page).get('frame-ancestors')).toBe(
        'frame-ancestors https://ehr.example https://*.ehr.example',
      )
    }
    for (const page of render([])) {
      expect(policy(page).get('frame-ancestors')).toBe("frame-ancestors 'none'")
    }
  })
})

describe('handOverPage', () => {
  it('posts the ticket to the sign-on, and may post to no other address', () => {
    const response = handOver()

    expect(response.statusCode).toBe(200)
    expect(response.body).toContain(`<form method="post" action="${SSO_URL}">`)
    expect(response.body).toContain('<input type="hidden" name="ticket" value="the-ticket">')
    expect(response.body).toContain('<button>Continue to Heartline</button>')
    expect(policy(response).get('form-action')).toBe(`form-action ${SSO_URL}`)
  })

  it('says which app it is, and takes its name for text', () => {
    expect(handOver().body).toContain('<h1>Signing you on to Heartline…</h1>')
    expect(handOver(HOSTILE).body).not.toContain('<script>alert')
  })

  it('has the ticket nowhere but in the form', () => {
    expect(JSON.stringify(handOver()).split('the-ticket')).toHaveLength(2)
  })
})

describe('movingOnPage', () => {
  it('has a refresh for browsers without scripts, a script, and a link', () => {
    const { body } = movingOn()

    const href = 'https://heartline.example/in?t=1&amp;u=2#f'
    expect(body).toContain(
      `<noscript><meta http-equiv="refresh" content="0; url=${href}"></noscript>`,
    )
    expect(body).toContain(`<a id="next" class="action" rel="noreferrer" href="${href}">`)
    expect(body).toContain("location.replace(document.getElementById('next').href)")
  })

  it('sets each of several cookies', () => {
    expect(movingOn().multiValueHeaders).toEqual({ 'set-cookie': ['a=1', 'b=2'] })
  })

  it('takes the address and the name for text', () => {
    const { body } = movingOn(`https://heartline.example/?${HOSTILE}#${HOSTILE}`, HOSTILE)

    expect(body).not.toContain('<script>alert')
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:https://a.example/x',
    'xhttp:a',
    'httpx:a',
  ])('never goes to %s', (location) => {
    expect(() => movingOn(location)).toThrow('A page moves on to http(s) only')
  })
})

describe('errorPage', () => {
  it('has the status, what to do, and the reference of the log line', () => {
    const response = renderError(new BrokerError('ticket_expired'))

    expect(response.statusCode).toBe(400)
    expect(response.body).toContain('Start the app again from the EHR.')
    expect(response.body).toContain('Reference: request-1')
  })

  it('shows neither what the caller sent nor what only the log may know', () => {
    const error = new BrokerError('internal_error', {
      cause: new Error('the-cause'),
      detail: { reason: 'the-reason' },
    })

    const { body } = renderError(error)

    expect(body).not.toContain('alert(')
    expect(body).not.toContain('the-cause')
    expect(body).not.toContain('the-reason')
    expect(policy(renderError(error)).has('script-src')).toBe(false)
  })

  it.each(
    (Object.keys(ERRORS) as ErrorCode[]).filter((code) =>
      /^(launch|state|ticket|authorization|navigation|context|discovery|sso|internal|id_token|token_response)_/.test(
        code,
      ),
    ),
  )('says of %s what happened, and what to do now', (code) => {
    const { body } = renderError(new BrokerError(code))

    const told = /<p role="alert">(.*)<\/p>/.exec(body)?.[1] ?? ''
    expect(told).toMatch(/^[A-Z].*\. (Ask|Contact|If|Open|Start|Try|Wait) .*\.$/)
  })

  it('says nothing of when to try again where nobody knows', () => {
    expect(renderError(new BrokerError('ticket_used')).headers).not.toHaveProperty('retry-after')
  })

  it('says when to try again', () => {
    const error = new BrokerError('session_busy', { retryAfterSeconds: 1 })

    expect(renderError(error).headers).toMatchObject({ 'retry-after': '1' })
  })
})
