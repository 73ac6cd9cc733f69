import { describe, expect, it } from 'vitest'
import { relayedPage } from '#http/pages/relayed-page.ts'

const page = (options: Partial<Parameters<typeof relayedPage>[0]> = {}) =>
  relayedPage({
    html: '<script>document.cookie</script>',
    origins: ['https://app.example', 'https://cdn.app.example'],
    ...options,
  })
const policy = (options: Parameters<typeof page>[0] = {}) =>
  new Map(
    `${page(options).headers?.['content-security-policy']}`.split('; ').map((directive) => {
      const [name = '', ...values] = directive.split(' ')
      return [name, values] as const
    }),
  )

describe('the page of an app that is shown for it', () => {
  it('is the app’s own, byte for byte', () => {
    expect(page().body).toBe('<script>document.cookie</script>')
    expect(page().headers).toHaveProperty('content-type', 'text/html; charset=utf-8')
    expect(page()).not.toHaveProperty('multiValueHeaders')
    expect(page({ cookies: ['a=1'] }).multiValueHeaders).toEqual({ 'set-cookie': ['a=1'] })
  })

  it('has no origin of ours: it is in a sandbox', () => {
    const sandbox = policy().get('sandbox')

    expect(sandbox).toContain('allow-scripts')
    expect(sandbox).not.toContain('allow-same-origin')
    // Nor does it take the window from the EHR by itself.
    expect(sandbox).not.toContain('allow-top-navigation')
  })

  it('loads from the app’s registered origins, and posts to them, alone', () => {
    const app = ['https://app.example', 'https://cdn.app.example']

    expect(policy().get('default-src')).toEqual([...app, "'unsafe-inline'", 'data:'])
    expect(policy().get('form-action')).toEqual(app)
    expect(policy().get('base-uri')).toEqual(app)
    for (const directive of ['form-action', 'base-uri']) {
      expect(policy({ origins: [] }).get(directive)).toEqual(["'none'"])
    }
  })

  it('is framed by whom the connection names, kept nowhere, and tells nobody its address', () => {
    expect([...policy().keys()]).toEqual(['sandbox', 'default-src', 'form-action', 'base-uri'])
    expect(policy({ frameAncestors: [] }).get('frame-ancestors')).toEqual(["'none'"])
    const frameAncestors = ['https://ehr.example', 'https://*.ehr.example']
    expect(policy({ frameAncestors }).get('frame-ancestors')).toEqual(frameAncestors)
    expect(page().headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
  })
})
