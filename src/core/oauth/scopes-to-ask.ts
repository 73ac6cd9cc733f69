import type { VendorProfile } from '#core/vendors/vendor-profile.ts'

/** Scopes of who signs on, of the launch, and of staying connected; the rest is about resources. */
const IDENTITY_AND_LAUNCH =
  /^(openid|fhirUser|profile|email|launch(\/.*)?|offline_access|online_access)$/

const RESOURCE = /^(patient|user|system)\/([A-Za-z*]+)\.([a-z*]+)(\?.*)?$/

/** Version 2's letters for version 1's words. */
const V2_OF_V1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

export interface ScopesToAsk {
  /** What is asked for, in SMART's own form: what an answer without `scope` grants. */
  readonly asked: readonly string[]
  /** The `scope` parameter, as this server writes it. */
  readonly parameter: string
}

/**
 * The scopes of an authorization request, as the vendor's server takes them.
 *
 * @param audience what scopes of the form `dollar` begin with
 */
export function scopesToAsk(
  configured: readonly string[],
  profile: VendorProfile,
  audience: string,
): ScopesToAsk {
  const { scopesAdded, scopesRemoved, scopesSent, scopeVersion, scopeForm } = profile
  const asked = [...new Set([...configured, ...scopesAdded])]
    .filter((scope) => !scopesRemoved.includes(scope))
    .filter((scope) => scopesSent !== 'identity' || IDENTITY_AND_LAUNCH.test(scope))
    .map((scope) => inVersion(scope, scopeVersion))
  const unique = scopesSent === 'none' ? [] : [...new Set(asked)]
  return {
    // Where scopes are ticked in a portal, an answer without `scope` grants what was configured.
    asked: scopesSent === 'all' ? unique : [...new Set(configured)],
    parameter: unique.map((scope) => inForm(scope, scopeForm, audience)).join(' '),
  }
}

/** A resource scope in one version's grammar; version 1 has no letters, so it may be wider. */
function inVersion(scope: string, version: VendorProfile['scopeVersion']): string {
  const [, context, type, permissions = ''] = RESOURCE.exec(scope) ?? []
  if (version === 'as-configured' || !context) return scope
  const isV1 = permissions in V2_OF_V1
  if (version === 'v2') return isV1 ? `${context}/${type}.${V2_OF_V1[permissions]}` : scope
  return isV1 ? scope : `${context}/${type}.${v1Permission(permissions)}`
}

function v1Permission(letters: string): string {
  const reads = /[rs]/.test(letters)
  const writes = /[cud]/.test(letters)
  if (reads && writes) return '*'
  return reads ? 'read' : 'write'
}

function inForm(scope: string, form: VendorProfile['scopeForm'], audience: string): string {
  switch (form) {
    case 'plain':
      return scope
    case 'dots':
      return scope.replace('/', '.')
    case 'dollar':
      return RESOURCE.test(scope)
        ? `${audience.replace(/\/$/, '')}/${scope.replaceAll('/', '$')}`
        : scope
  }
}
