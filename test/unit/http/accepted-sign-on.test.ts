import { describe, expect, it } from 'vitest'
import { bindingCookie, clearBindingCookie, mintBinding } from '#core/launch/browser-binding.ts'
import { Secret } from '#core/secret.ts'
import { afterSignOn, toAuthorization } from '#http/accepted-sign-on.ts'
import type { HttpRequest } from '#http/http-request.ts'

const url = new URL('https://login.general.example/authorize?state=1')
const binding = mintBinding('abcdefgh')
const handOver = { ticket: new Secret('the-ticket'), appName: 'Heartline' }
const SSO_URL = 'https://broker.example/live/sso'

/** A request with so many launches' cookies. */
function request(launches = 0) {
  const cookies = Array.from(
    { length: launches },
    (_, serial) => `__Host-sp-${String(serial).padStart(8, '0')}=value`,
  )
  return { headers: { cookie: cookies.join('; ') } } as Partial<HttpRequest> as HttpRequest
}

describe('a browser that goes to the authorization server', () => {
  it('goes by 303, keeps nothing, says not whence, and gets the launch’s cookie', () => {
    expect(toAuthorization(request(), { url, binding })).toEqual({
      statusCode: 303,
      headers: {
        location: url.href,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      },
      multiValueHeaders: { 'set-cookie': [bindingCookie(binding)] },
      body: '',
    })
  })

  it('gets none where its launch is bound without one', () => {
    expect(toAuthorization(request(25), { url })).not.toHaveProperty('multiValueHeaders')
  })

  it('drops the oldest of more than twenty', () => {
    const { multiValueHeaders } = toAuthorization(request(20), { url, binding })

    expect(multiValueHeaders?.['set-cookie']).toEqual([
      bindingCookie(binding),
      clearBindingCookie('__Host-sp-00000000'),
    ])
  })

  it('posts a long request by a page, with the same cookie', () => {
    const form = { endpoint: 'https://login.general.example/authorize', parameters: { state: '1' } }

    const page = toAuthorization(request(), { url, form, binding })

    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('action="https://login.general.example/authorize"')
    expect(page.multiValueHeaders).toEqual({ 'set-cookie': [bindingCookie(binding)] })
  })
})

describe('a browser after a sign-on that brought no tokens', () => {
  it('goes on to the authorization server where FHIR wants it', () => {
    const accepted = { authorization: { url, binding } }

    expect(afterSignOn(request(), accepted, { ssoUrl: SSO_URL })).toEqual(
      toAuthorization(request(), { url, binding }),
    )
  })

  it('hands its ticket over, with a cookie where it had none yet', () => {
    const bound = afterSignOn(request(), { handOver }, { ssoUrl: SSO_URL })
    const unbound = afterSignOn(request(), { handOver }, { ssoUrl: SSO_URL, binding })

    for (const { body } of [bound, unbound]) {
      expect(body).toContain('value="the-ticket"')
      expect(body).toContain(`action="${SSO_URL}"`)
    }
    expect(bound).not.toHaveProperty('multiValueHeaders')
    expect(unbound.multiValueHeaders).toEqual({ 'set-cookie': [bindingCookie(binding)] })
  })
})
