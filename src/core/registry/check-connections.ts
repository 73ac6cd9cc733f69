import { profileOf } from '#core/vendors/profile-of.ts'
import { beginsOutside } from './directory.ts'
import { ehrConnections, type FileConnection, type FileEhrConnection } from './ehr-connections.ts'
import { normalIssuer } from './normal-issuer.ts'
import { type Problem, placed, repetitions } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

/** Scopes whose meaning OpenID gives: without `openid` they are nobody's. */
const NEED_OPENID = ['fhirUser', 'profile']

/** Each connection can be told from the others, asks for what makes sense, and ends. */
export function checkConnections(file: RegistryFile): readonly Problem[] {
  const places = ehrConnections(file)
  return [
    ...repetitions(places, ({ app, fhirBaseUrl }) =>
      JSON.stringify([app, normalIssuer(fhirBaseUrl) ?? fhirBaseUrl]),
    ).map(({ first, again }) => ({
      path: `${again.path}.fhirBaseUrl`,
      message: `${first.path} connects the app "${again.value.app}" to this EHR already, so a launch at /launch/${again.value.app} could be either. Keep one of them.`,
    })),
    ...repetitions(places, ({ app, organization, environment, fhirVersion }) =>
      JSON.stringify([app, organization, environment, fhirVersion]),
    ).map(({ first, again: { path, value } }) => ({
      path,
      message: `${first.path} connects the app "${value.app}" to /fhir/${value.fhirVersion}/${value.organization}/${value.environment} already. Give the second EHR an organization of its own.`,
    })),
    ...places.flatMap(({ path, value }) => checkScopes(`${path}.scopes`, value)),
    ...placed('connections', file.connections).flatMap(({ path, value }) => [
      ...checkSessionPolicy(`${path}.sessionPolicy`, value.sessionPolicy),
      ...checkListed(`${path}.listed`, value),
      ...checkWeakerBinding(`${path}.frameAncestors`, value),
    ]),
  ]
}

/** A weaker binding leans on its pages being shown in the EHR's own frames only. */
function checkWeakerBinding(
  path: string,
  { withoutCookies, frameAncestors = [] }: FileConnection,
): readonly Problem[] {
  if (withoutCookies !== 'weaker-binding' || frameAncestors.length > 0) return []
  return [
    {
      path,
      message:
        'A launch without cookies is only as safe as the frame that it is in. Name the EHR’s origins, or leave withoutCookies out.',
    },
  ]
}

/** Who chooses it in the picker comes from outside the EHR. */
function checkListed(path: string, { listed, ...connection }: FileConnection): readonly Problem[] {
  if (!listed || beginsOutside(connection) || connection.signOn?.scheme === 'saml') return []
  return [
    {
      path,
      message:
        'A launch of this connection begins in the EHR only, so a picker cannot begin one. Set standaloneLaunch to true, or leave listed out.',
    },
  ]
}

function checkScopes(path: string, connection: FileEhrConnection): readonly Problem[] {
  const { scopes } = connection
  return [
    ...repetitions(placed(path, scopes), (scope) => scope).map(({ first, again }) => ({
      path: again.path,
      message: `"${again.value}" stands at ${first.path} already. Remove one.`,
    })),
    ...(scopes.includes('launch') ||
    (connection.signOn?.scheme ?? 'smart-ehr') !== 'smart-ehr' ||
    profileOf(connection).kind !== 'smart'
      ? []
      : [{ path, message: 'An EHR launch needs the scope "launch". Add it.' }]),
    ...placed(path, scopes)
      .filter(({ value }) => NEED_OPENID.includes(value) && !scopes.includes('openid'))
      .map((scope) => ({
        path: scope.path,
        message: `"${scope.value}" has no effect without "openid". Add it.`,
      })),
  ]
}

function checkSessionPolicy(
  path: string,
  { absoluteSeconds, idleSeconds }: FileConnection['sessionPolicy'],
): readonly Problem[] {
  if (idleSeconds <= absoluteSeconds) return []
  return [
    {
      path: `${path}.idleSeconds`,
      message: `${idleSeconds} is longer than the session itself (absoluteSeconds ${absoluteSeconds}). Make it shorter.`,
    },
  ]
}
