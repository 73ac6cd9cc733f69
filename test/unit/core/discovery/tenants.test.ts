import { describe, expect, it } from 'vitest'
import { discover } from '#core/discovery/discover.ts'
import { aConnection } from '../../../fixtures.ts'

const LOGIN = 'https://login.general.example'
const ISSUER = `${LOGIN}/organizations/v2.0`
const ALIASES = [`${LOGIN}/tenant-1/v2.0`]

/** What is found where the issuer of all tenants has a document that names this one. */
async function found(named: string, issuerAliases: readonly string[] = ALIASES) {
  const document = {
    issuer: named,
    jwks_uri: `${LOGIN}/jwks`,
    authorization_endpoint: `${LOGIN}/authorize`,
    token_endpoint: `${LOGIN}/token`,
  }
  const connection = aConnection({
    vendor: 'entra',
    authorizationServer: { issuer: ISSUER },
    vendorOverrides: { issuerAliases },
  })
  const { metadata } = await discover({ ...connection, clientId: 'client-1' }, async (url) =>
    String(url) === `${ISSUER}/.well-known/openid-configuration`
      ? Response.json(document)
      : new Response('', { status: 404 }),
  )
  return metadata.issuer
}

const mismatch = { code: 'discovery_failed', detail: { reason: 'issuer_mismatch' } }

describe('a server of many tenants', () => {
  it('is taken where the connection says whose ID tokens it takes (NF-55)', async () => {
    const named = `${LOGIN}/{tenantid}/v2.0`

    expect(await found(named)).toBe(ISSUER)
    await expect(found(named, [])).rejects.toMatchObject(mismatch)
  })

  it.each([
    `${LOGIN}/{tenantid}/v1.0`,
    `${LOGIN}/{tenantid}`,
    `${LOGIN}/{tenantid}/{tenantid}/v2.0`,
    `${LOGIN}/organizations/v2.0{tenantid}`,
    'https://login.elsewhere.example/{tenantid}/v2.0',
    '{tenantid}',
  ])('is no other server: %s', async (named) => {
    await expect(found(named)).rejects.toMatchObject(mismatch)
  })
})
