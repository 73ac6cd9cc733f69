import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DiscoveredFacts } from '#core/discovery/discovered-facts.ts'
import { mergeFacts, type SourcedFacts } from '#core/discovery/merge-facts.ts'
import { checkProperty } from '../../../support/check-property.ts'

const A = 'https://a.example'
const B = 'https://b.example'

function facts(
  server: string,
  changes: Partial<DiscoveredFacts['endpoints']> = {},
): DiscoveredFacts {
  return {
    issuer: server,
    endpoints: {
      authorization_endpoint: `${server}/authorize`,
      token_endpoint: `${server}/token`,
      ...changes,
    },
    features: { capabilities: [server] },
  }
}

const read = (one: DiscoveredFacts): SourcedFacts => ({ facts: one, isRegistered: false })
const typed = (one: DiscoveredFacts): SourcedFacts => ({ facts: one, isRegistered: true })

describe('mergeFacts', () => {
  it('has the first that has both endpoints decide', () => {
    expect(mergeFacts([read(facts(A)), read(facts(B))])).toEqual(facts(A))
  })

  it('takes what is missing from a document of the same server', () => {
    const more = facts(A, { jwks_uri: `${A}/jwks`, token_endpoint: `${A}/other` })

    expect(mergeFacts([read(facts(A)), read(more)])?.endpoints).toEqual({
      ...facts(A).endpoints,
      jwks_uri: `${A}/jwks`,
    })
  })

  it('takes nothing from a document of another server', () => {
    expect(mergeFacts([read(facts(A)), read(facts(B, { jwks_uri: `${B}/jwks` }))])).toEqual(
      facts(A),
    )
  })

  it('completes a document with what is typed in, and lets it change nothing', () => {
    const own: DiscoveredFacts = {
      endpoints: { jwks_uri: `${B}/jwks`, token_endpoint: `${B}/t` },
      features: {},
    }

    expect(mergeFacts([read(facts(A)), typed(own)])?.endpoints).toEqual({
      ...facts(A).endpoints,
      jwks_uri: `${B}/jwks`,
    })
    const { token_endpoint, ...half } = facts(A).endpoints
    expect(token_endpoint).toBe(`${A}/token`)
    expect(mergeFacts([read({ ...facts(A), endpoints: half }), typed(own)])?.endpoints).toEqual({
      ...half,
      jwks_uri: `${B}/jwks`,
      token_endpoint: `${B}/t`,
    })
  })

  it('is nothing where no source has both endpoints', () => {
    expect(mergeFacts([])).toBeUndefined()
    expect(mergeFacts([read({ endpoints: { jwks_uri: A }, features: {} })])).toBeUndefined()
  })

  it('never has one server’s code go to another’s token endpoint (5 000 sets of documents)', async () => {
    const server = fc.constantFrom(A, B, 'https://c.example')
    const document = fc.record({
      issuer: fc.option(server, { nil: undefined }),
      both: server,

      hasAuthorization: fc.boolean(),
      hasToken: fc.boolean(),
      hasKeys: fc.boolean(),
    })
    let merges = 0
    await checkProperty(
      fc.property(fc.array(document, { maxLength: 5 }), (documents) => {
        const merged = mergeFacts(
          documents.map(({ issuer, both, hasAuthorization, hasToken, hasKeys }) =>
            read({
              ...(issuer !== undefined && { issuer }),
              endpoints: {
                ...(hasAuthorization && { authorization_endpoint: `${both}/authorize` }),
                ...(hasToken && { token_endpoint: `${both}/token` }),
                ...(hasKeys && { jwks_uri: `${both}/jwks` }),
              },
              features: {},
            }),
          ),
        )
        if (!merged) return
        merges += 1
        const { authorization_endpoint, token_endpoint } = merged.endpoints
        expect(new URL(token_endpoint ?? '').host).toBe(new URL(authorization_endpoint ?? '').host)
      }),
      5_000,
    )
    expect(merges).toBeGreaterThan(500)
  })

  it('changes nothing that the first whole source says, and adds nothing of another server (5 000 sets)', async () => {
    const server = fc.constantFrom(A, B, 'https://c.example')
    const address = fc.option(
      fc.tuple(server, fc.constantFrom('x', 'y')).map(([host, path]) => `${host}/${path}`),
      { nil: undefined },
    )
    const NAMES = ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint']
    const source = fc
      .record({
        isRegistered: fc.boolean(),
        issuer: fc.option(server, { nil: undefined }),
        addresses: fc.tuple(address, address, address, address),
        scopes: fc.array(server, { maxLength: 1 }),
      })
      .map(
        ({ isRegistered, issuer, addresses, scopes }): SourcedFacts => ({
          isRegistered,
          facts: {
            ...(issuer !== undefined && { issuer }),
            endpoints: Object.fromEntries(
              NAMES.flatMap((name, i) => (addresses[i] ? [[name, addresses[i]]] : [])),
            ),
            features: { ...(scopes.length > 0 && { scopes_supported: scopes }) },
          },
        }),
      )
    let led = 0
    await checkProperty(
      fc.property(fc.array(source, { maxLength: 5 }), (sources) => {
        const leader = sources.find(
          ({ facts: { endpoints } }) =>
            endpoints.authorization_endpoint && endpoints.token_endpoint,
        )
        const merged = mergeFacts(sources)
        if (!leader || !merged) return
        led += 1
        expect(merged.endpoints).toMatchObject(leader.facts.endpoints)
        expect(merged.features).toMatchObject(leader.facts.features)
        if (leader.facts.issuer) expect(merged.issuer).toBe(leader.facts.issuer)
        // All it has beside is the operator's own, or of a document of the leader's server.
        const may = sources.filter(
          (one) =>
            one === leader ||
            one.isRegistered ||
            (one.facts.issuer !== undefined && one.facts.issuer === leader.facts.issuer) ||
            one.facts.endpoints.token_endpoint === leader.facts.endpoints.token_endpoint,
        )
        for (const [name, value] of Object.entries(merged.endpoints)) {
          const said = may.map(({ facts: { endpoints } }) => Object.entries(endpoints))
          expect(said.flat()).toContainEqual([name, value])
        }
        expect([undefined, ...may.map(({ facts: one }) => one.issuer)]).toContain(merged.issuer)
      }),
      5_000,
    )
    expect(led).toBeGreaterThan(500)
  })
})
