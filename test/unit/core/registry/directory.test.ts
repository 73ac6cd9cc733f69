import { describe, expect, it } from 'vitest'
import { directoryOf, directoryParts } from '#core/registry/directory.ts'
import type { DirectoryEntry } from '#core/registry/directory-entry.ts'
import { aConnection } from '../../../fixtures.ts'

const connection = (id: string, rest: Parameters<typeof aConnection>[0] = {}) =>
  aConnection({ id, listed: true, standaloneLaunch: true, ...rest })

describe('the directory of an app', () => {
  it('has the app’s listed connections in the order of names, by the brand of each organization', () => {
    const organizations = [
      {
        slug: 'mercy',
        name: 'Mercy Clinics',
        aliases: ['MC'],
        locations: [
          { name: 'Northside', city: 'Springfield', state: 'IL', postalCode: '62704' },
          { city: 'Wien', country: 'Austria' },
        ],
        logo: 'data:image/png;base64,AAAA',
      },
      { slug: 'general', name: 'Émile General' },
    ]
    const connections = [
      connection('mercy', { organization: 'mercy' }),
      connection('general'),
      connection('unlisted', { listed: false }),
      connection('other-app', { app: 'other' }),
    ]

    expect(directoryOf('heartline', { organizations, connections })).toEqual([
      { connection: 'general', organization: 'general', name: 'Émile General' },
      {
        connection: 'mercy',
        organization: 'mercy',
        name: 'Mercy Clinics',
        aliases: ['MC'],
        locations: ['Northside, Springfield, IL 62704', 'Wien, Austria'],
        hasLogo: true,
      },
    ])
  })

  it('tells several connections of one organization apart', () => {
    const connections = [
      connection('one'),
      connection('two', { environment: 'Staging', source: { id: 'x', name: 'The other EHR' } }),
    ]

    const entries = directoryOf('heartline', { organizations: [], connections })

    expect(entries.map(({ note }) => note)).toEqual([
      'General Hospital EHR',
      'The other EHR, Staging',
    ])
  })

  it('is kept in pieces that fit a row, each app’s own, from which it is whole again', () => {
    const organizations = Array.from({ length: 3_000 }, (_, index) => ({
      slug: `org-${index}`,
      name: `Örganization ${index} ${'x'.repeat(150)}`,
    }))
    const connections = organizations.map(({ slug }) => connection(slug, { organization: slug }))
    const contents = {
      organizations,
      apps: [],
      registrations: [],
      connections: [...connections, connection('alone', { app: 'other' })],
    }

    const parts = directoryParts(contents)
    const own = parts.filter(({ app }) => app === 'heartline')

    expect(own.map(({ part }) => part)).toEqual(own.map((_, index) => index))
    expect(own.map(({ parts: count }) => count)).toEqual([
      own.length,
      ...own.slice(1).map(() => undefined),
    ])
    expect(own.length).toBeGreaterThan(2)
    for (const { entries } of own) expect(Buffer.byteLength(entries)).toBeLessThan(201_000)
    expect(own.flatMap(({ entries }) => JSON.parse(entries) as DirectoryEntry[])).toEqual(
      directoryOf('heartline', contents),
    )
    expect(parts.filter(({ app }) => app === 'other')).toHaveLength(1)
  })
})
