import { allowInsecureRequests, customFetch } from 'oauth4webapi'
import type { Egress, EgressOptions } from '#core/egress.ts'

/**
 * Lets `oauth4webapi` out through the egress client, and leaves the scheme to it.
 *
 * The library's own refusal of `http:` is switched off because the egress client, which knows the
 * stack's `upstreams`, refuses it wherever it is not loopback; two rules on one thing would drift.
 */
export function requestOptions(egress: Egress, limits: EgressOptions) {
  return {
    [allowInsecureRequests]: true,
    // The library's options are a `fetch`'s, typed apart by method.
    [customFetch]: (url: string, init: object) => egress(url, init as RequestInit, limits),
  } as const
}
