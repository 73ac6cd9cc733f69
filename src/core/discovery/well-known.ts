import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'

type Step = VendorBehavior['discoveryOrder'][number]

export interface WellKnown {
  readonly addresses: readonly string[]
  readonly accept: string
}

/**
 * Where a step's document may be, the likelier address first: SMART and OpenID Connect append to a
 * base's path, RFC 8414 puts its part before the path, and servers mix these up (MD-01).
 *
 * @param base of SMART's documents, without a final slash
 * @param issuer the authorization server's issuer as it is written, or the base where none is known
 */
export function wellKnown(
  step: Exclude<Step, 'registered'>,
  {
    fhirBase,
    base,
    issuer,
  }: { readonly fhirBase: string; readonly base: string; readonly issuer: string },
): WellKnown {
  switch (step) {
    case 'smart-configuration':
      return { addresses: [appended(base, 'smart-configuration')], accept: 'application/json' }
    case 'capability-statement':
      return { addresses: [`${fhirBase}/metadata`], accept: 'application/fhir+json' }
    case 'openid-configuration':
      return {
        addresses: unique(
          appended(issuer, 'openid-configuration'),
          inserted(issuer, 'openid-configuration'),
        ),
        accept: 'application/json',
      }
    case 'oauth-authorization-server':
      return {
        addresses: unique(
          inserted(issuer, 'oauth-authorization-server'),
          appended(issuer, 'oauth-authorization-server'),
        ),
        accept: 'application/json',
      }
  }
}

function appended(base: string, name: string): string {
  return `${base.replace(/\/$/, '')}/.well-known/${name}`
}

function inserted(issuer: string, name: string): string {
  const { origin, pathname } = new URL(issuer)
  return `${origin}/.well-known/${name}${pathname.replace(/\/$/, '')}`
}

function unique(...addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses)]
}
