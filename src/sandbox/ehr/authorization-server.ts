import Provider, { type KoaContextWithOIDC } from 'oidc-provider'
import type { TokenBody } from './guises/guise.ts'
import { innerToken, shapeTokenAnswer } from './guises/shape-token-answer.ts'
import type { LaunchContext } from './launches.ts'
import {
  type AuthorizationServerOptions,
  providerConfiguration,
  smartContext,
} from './provider-configuration.ts'
import { ADVERTISED_SCOPES } from './scopes.ts'

/** What an access token lets its bearer do. */
export interface Access {
  readonly scopes: ReadonlySet<string>
  readonly patient: string
  /** Id of who signed on. */
  readonly account: string
}

export interface AuthorizationServer {
  readonly provider: Provider
  /** Ties what was launched to what was granted, so that tokens carry it. */
  bindContext(grantId: string, context: LaunchContext): void
  /** What a token lets its bearer do; `undefined` when it is unknown, expired or revoked. */
  verifyAccessToken(token: string): Promise<Access | undefined>
  /** From now on no access token that was issued so far is good. */
  endAccessTokens(): void
}

/**
 * The EHR's SMART authorization server: EHR launch with code and PKCE, launch context in the token
 * response, short opaque access tokens, refresh tokens that rotate and whose reuse ends the grant.
 *
 * @see [SMART App Launch 2.2](https://hl7.org/fhir/smart-app-launch/app-launch.html)
 */
export function authorizationServer(options: AuthorizationServerOptions): AuthorizationServer {
  const { issuer, fhirBaseUrl, guise, memory } = options
  const { contexts } = memory
  const provider = new Provider(issuer, providerConfiguration(options))

  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    await next()
    const grantId = ctx.oidc?.entities.Grant?.jti
    if (ctx.oidc?.route === 'token') {
      const shaped = await shapeTokenAnswer(
        { status: ctx.status, body: ctx.body as TokenBody },
        { authorization: ctx.get('authorization'), parameters: { ...ctx.oidc.body } },
        {
          guise,
          issuer,
          fhirBaseUrl,
          signingKey: memory.signingKey,
          context: { ...smartContext(contexts.get(grantId ?? '')) },
        },
      )
      ctx.status = shaped.status
      ctx.body = shaped.body
    }
    if (ctx.oidc?.route === 'discovery') {
      Object.assign(ctx.body as object, { scopes_supported: ADVERTISED_SCOPES })
    }
  })

  return {
    provider,
    bindContext: (grantId, context) => contexts.set(grantId, context),
    verifyAccessToken: async (token) => {
      const found = await provider.AccessToken.find(innerToken(token))
      const patient = found?.extra?.['patient']
      return found && typeof patient === 'string'
        ? { scopes: found.scopes, patient, account: found.accountId }
        : undefined
    },
    endAccessTokens: () => {
      for (const [key] of [...memory.entries.entries()]) {
        if (key.startsWith('AccessToken:')) memory.entries.delete(key)
      }
    },
  }
}
