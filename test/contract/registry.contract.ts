import { describe, expect, it } from 'vitest'
import { directoryOf } from '#core/registry/directory.ts'
import type { Registry } from '#core/registry/registry.ts'
import type { RegistryContents, RegistryWriter } from '#core/registry/registry-contents.ts'
import { aConnection, anApp, aRegistration } from '../fixtures.ts'

/** A registry with one of each; overrides replace a whole list. */
export function someContents(overrides: Partial<RegistryContents> = {}): RegistryContents {
  return {
    organizations: [{ slug: 'general', name: 'General Hospital' }],
    apps: [anApp()],
    registrations: [aRegistration()],
    connections: [aConnection()],
    ...overrides,
  }
}

/** What every {@link Registry} and its writer owe their callers. Each adapter's test runs it. */
export function registryContract(
  create: () => Promise<{
    /** A reader that has nothing in memory yet. */
    readonly reader: () => Registry
    readonly writer: RegistryWriter
  }>,
): void {
  describe('as a Registry', () => {
    it('finds what was written, field for field', async () => {
      const { reader, writer } = await create()
      const registration = aRegistration({
        authentication: { method: 'client_secret_basic', secretRef: 'general/heartline' },
      })
      const connection = aConnection({ landingUrl: 'https://heartline.example/done' })
      await writer.replace(
        someContents({ registrations: [registration], connections: [connection] }),
      )

      const registry = reader()
      expect(await registry.findApp('heartline')).toEqual(anApp())
      expect(await registry.findAppByClient('heartline-server')).toEqual(anApp())
      expect(await registry.findRegistration('general-heartline')).toEqual(registration)
      expect(await registry.findConnection('general-production')).toEqual(connection)
      expect(await registry.findConnectionsByIssuer(connection.issuer)).toEqual([connection])
      expect(await registry.findFhirBases('general')).toEqual(['R4/general/Production'])
      expect(await registry.findFhirBases('nobody')).toEqual([])
    })

    it('finds a connection that is for signing on only as such, and not as one to an EHR', async () => {
      const { reader, writer } = await create()
      const {
        registration,
        fhirBaseUrl,
        fhirVersion,
        issuer,
        scopes,
        endpointHosts,
        ...signOnOnly
      } = aConnection({ fhirAuthority: 'none' })
      await writer.replace(someContents({ connections: [signOnOnly] }))

      const registry = reader()
      expect(await registry.findSignOnConnection('general-production')).toEqual(signOnOnly)
      expect(await registry.findConnection('general-production')).toBeUndefined()
      expect(await registry.findFhirBases('general')).toEqual([])
    })

    it('finds all connections of an issuer, of any app, and no others', async () => {
      const { reader, writer } = await create()
      const one = aConnection({ id: 'one' })
      const two = aConnection({ id: 'two', app: 'other', registration: 'other' })
      const elsewhere = aConnection({ id: 'elsewhere', issuer: 'https://ehr.general.example' })
      await writer.replace(someContents({ connections: [one, two, elsewhere] }))

      const found = await reader().findConnectionsByIssuer(one.issuer)

      expect(found.map(({ id }) => id).sort()).toEqual(['one', 'two'])
    })

    it('finds what an app’s launch picker offers, whole where it takes several rows, and its logos', async () => {
      const { reader, writer } = await create()
      const logo = 'data:image/png;base64,iVBORw0KGgo='
      const general = { slug: 'general', name: 'General', aliases: Array(20).fill('x'.repeat(200)) }
      const connections = Array.from({ length: 60 }, (_, index) =>
        aConnection({ id: `place-${index}`, listed: true }),
      )
      const contents = someContents({ organizations: [{ ...general, logo }], connections })
      await writer.replace(contents)

      const registry = reader()
      expect(await registry.findDirectory('heartline')).toEqual(directoryOf('heartline', contents))
      expect(await registry.findLogo('general')).toBe(logo)
      const ids = (await writer.rows()).map(({ id }) => id)
      expect(ids.filter((id) => id.startsWith('directory#'))).toEqual([
        'directory#heartline',
        'directory#heartline#1',
      ])

      await writer.replace(someContents())
      expect(await reader().findDirectory('heartline')).toEqual([])
      expect((await writer.rows()).some(({ id }) => id.startsWith('directory#'))).toBe(false)
    })

    it.each([
      'nobody',
      '',
      'Heartline',
      'app#heartline',
      '__proto__',
      'x'.repeat(5000),
      '💥'.repeat(600),
    ])('knows nothing of %.20s', async (id) => {
      const { reader, writer } = await create()
      await writer.replace(someContents())

      const registry = reader()
      expect(await registry.findApp(id)).toBeUndefined()
      expect(await registry.findAppByClient(id)).toBeUndefined()
      expect(await registry.findRegistration(id)).toBeUndefined()
      expect(await registry.findConnection(id)).toBeUndefined()
      expect(await registry.findConnectionsByIssuer(id)).toEqual([])
      expect(await registry.findDirectory(id)).toEqual([])
      expect(await registry.findLogo(id)).toBeUndefined()
    })

    it('takes one kind’s id for no other kind', async () => {
      const { reader, writer } = await create()
      await writer.replace(someContents())

      expect(await reader().findApp('general-production')).toBeUndefined()
      expect(await reader().findConnection('heartline')).toBeUndefined()
      expect(await reader().findRegistration('heartline')).toBeUndefined()
      expect(await reader().findAppByClient('heartline')).toBeUndefined()
    })

    it('writes nothing when nothing changed', async () => {
      const { writer } = await create()

      expect(await writer.replace(someContents())).toEqual({ written: 5, deleted: 0, unchanged: 0 })
      expect(await writer.replace(someContents())).toEqual({ written: 0, deleted: 0, unchanged: 5 })
    })

    it('writes what changed, and forgets what is gone', async () => {
      const { reader, writer } = await create()
      await writer.replace(someContents())

      const app = anApp({ name: 'Heartline 2', clients: [] })
      const changes = await writer.replace(someContents({ apps: [app], connections: [] }))

      // The organization says which bases of the FHIR door it has, so it changes with its connections.
      expect(changes).toEqual({ written: 2, deleted: 2, unchanged: 1 })
      expect(await reader().findApp('heartline')).toEqual(app)
      expect(await reader().findAppByClient('heartline-server')).toBeUndefined()
      expect(await reader().findConnection('general-production')).toBeUndefined()
      expect(await reader().findConnectionsByIssuer(aConnection().issuer)).toEqual([])
      expect(await reader().findRegistration('general-heartline')).toEqual(aRegistration())
    })

    it('says what a replacement would change, and changes nothing by it', async () => {
      const { reader, writer } = await create()
      await writer.replace(someContents())
      const organization = { slug: 'mercy', name: 'Mercy Clinics' }
      const next = someContents({
        organizations: [...someContents().organizations, organization],
        registrations: [aRegistration({ clientId: 'renamed' })],
        connections: [],
      })

      const changes = await writer.compare(next)

      const { id: _id, ...registration } = aRegistration()
      expect(changes).toEqual([
        {
          id: 'organization#general',
          before: { name: 'General Hospital', fhirBases: ['R4/general/Production'] },
          after: { name: 'General Hospital', fhirBases: [] },
        },
        { id: 'organization#mercy', after: { name: 'Mercy Clinics', fhirBases: [] } },
        {
          id: 'registration#general-heartline',
          before: registration,
          after: { ...registration, clientId: 'renamed' },
        },
        { id: 'connection#general-production', before: expect.anything() },
      ])
      expect(await reader().findConnection('general-production')).toEqual(aConnection())
      expect(await reader().findRegistration('general-heartline')).toEqual(aRegistration())
    })

    it('announces the same changes that it makes, before it makes any', async () => {
      const { reader, writer } = await create()
      const seen: unknown[] = []
      let stood: Promise<unknown> = Promise.resolve('not announced')

      await writer.replace(someContents(), (changes) => {
        seen.push(...changes.map(({ id }) => id))
        stood = reader().findApp('heartline')
      })

      expect(seen).toHaveLength(5)
      expect(await stood).toBeUndefined()
      expect(await writer.compare(someContents())).toEqual([])
    })

    it('tells all that it holds, in the order of ids', async () => {
      const { writer } = await create()
      expect(await writer.rows()).toEqual([])
      await writer.replace(someContents())

      expect((await writer.rows()).map(({ id }) => id)).toEqual([
        'app#heartline',
        'client#heartline-server',
        'connection#general-production',
        'organization#general',
        'registration#general-heartline',
      ])
    })

    it('finds a connection under its new issuer only, once that changed', async () => {
      const { reader, writer } = await create()
      await writer.replace(someContents())
      const moved = aConnection({ issuer: 'https://new.general.example/fhir' })

      await writer.replace(someContents({ connections: [moved] }))

      expect(await reader().findConnectionsByIssuer(moved.issuer)).toEqual([moved])
      expect(await reader().findConnectionsByIssuer(aConnection().issuer)).toEqual([])
    })

    it('gives a client to another app when the file does', async () => {
      const { reader, writer } = await create()
      const other = anApp({ id: 'other', clients: [] })
      await writer.replace(someContents({ apps: [anApp(), other] }))

      const [before, after] = [anApp({ clients: [] }), { ...other, clients: anApp().clients }]
      await writer.replace(someContents({ apps: [before, after] }))

      expect(await reader().findAppByClient('heartline-server')).toEqual(after)
    })
  })
}
