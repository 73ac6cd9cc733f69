import { describe, expect, it } from 'vitest'
import { doorSmartConfiguration } from '#core/fhir/door-documents.ts'

describe('the door’s smart-configuration', () => {
  const configuration = doorSmartConfiguration('https://broker.example')

  it('has what SMART demands of a server whose clients have keys (BK-10, IN-24)', () => {
    expect(configuration).toMatchObject({
      token_endpoint: 'https://broker.example/auth/token',
      jwks_uri: 'https://broker.example/.well-known/jwks.json',
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
      capabilities: expect.arrayContaining(['client-confidential-asymmetric']),
      scopes_supported: expect.arrayContaining(['system/*.rs']),
    })
  })

  it('has S256 only, and no issuer, as it signs nobody on (IN-24)', () => {
    expect(configuration.code_challenge_methods_supported).toEqual(['S256'])
    expect(configuration).not.toHaveProperty('issuer')
    expect(configuration).not.toHaveProperty('authorization_endpoint')
  })
})
