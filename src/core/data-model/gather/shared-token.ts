import type { AccessTokens } from '#core/tokens/access-tokens.ts'

type FreshAccessToken = Awaited<ReturnType<AccessTokens['freshAccessToken']>>

/**
 * The access tokens of one message: its searches share one, which is looked after once, however many
 * they are. One that the EHR refuses is renewed once for all of them.
 */
export function sharedToken(tokens: AccessTokens): AccessTokens {
  let shared: Promise<FreshAccessToken> | undefined
  return {
    async freshAccessToken(session, options = {}) {
      const { rejected } = options
      if (shared === undefined || rejected === undefined) {
        shared ??= tokens.freshAccessToken(session, options)
        return shared
      }
      const before = shared
      const known = await before
      const isRenewed = known.accessToken.reveal() !== rejected.reveal()
      // Another search may have begun the renewal while this one waited.
      if (!isRenewed && shared === before) {
        shared = tokens.freshAccessToken(known.session, options)
      }
      return shared
    },
  }
}
