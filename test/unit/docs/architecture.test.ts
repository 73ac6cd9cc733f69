import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../../', import.meta.url)
const named = (page: string) =>
  [
    ...readFileSync(new URL(page, ROOT), 'utf8').matchAll(
      /`((?:src|lambdas|lib|bin|test)\/[\w./-]+\.(?:ts|mjs))`/g,
    ),
  ].map(([, path]) => path ?? '')

describe('docs/architecture.md', () => {
  it('names every function’s door', () => {
    const doors = named('docs/architecture.md').filter((path) => path.startsWith('lambdas/'))

    expect(new Set(doors.map((path) => path.split('/')[1]))).toEqual(
      new Set([
        'launch',
        'redirect',
        'saml',
        'sso',
        'token',
        'session',
        'logout',
        'fhir',
        'data-model',
        'refresher',
        'webhooks',
      ]),
    )
  })

  it.each(named('docs/architecture.md'))('names a file that exists: %s', (path) => {
    expect(existsSync(new URL(path, ROOT))).toBe(true)
  })

  it.each(
    [...readFileSync(new URL('README.md', ROOT), 'utf8').matchAll(/\]\(([^)#]+)\)/g)].map(
      ([, link]) => link ?? '',
    ),
  )('is reached, as all that the README links to: %s', (link) => {
    expect(existsSync(new URL(link, ROOT))).toBe(true)
  })
})
