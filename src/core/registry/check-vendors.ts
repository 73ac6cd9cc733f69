import { profileOf } from '#core/vendors/profile-of.ts'
import type { VendorProfile } from '#core/vendors/vendor-profile.ts'
import { clientConnections, type FileEhrConnection } from './ehr-connections.ts'
import { type Problem, placed } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'
import { SCOPE_FORM } from './scope-form.ts'

/** Headers that the broker sets, or that are about one connection between two hosts. */
const OWN_HEADERS =
  /^(authorization|dpop|host|cookie|content-(length|type)|connection|transfer-encoding|x-forwarded-.*|forwarded|te|upgrade)$/i

/** Parameters of an authorization request that follow from the rest of the registry. */
const OWN_PARAMETERS =
  /^(response_type|response_mode|client_id|redirect_uri|scope|state|nonce|launch|code_challenge|code_challenge_method|dpop_jkt|request|request_uri)$/

/** Each connection fits its vendor's profile: what it asks for, how its client proves itself, who is asked. */
export function checkVendors(file: RegistryFile): readonly Problem[] {
  const methods = new Map(
    file.registrations.map(({ id, authentication }) => [id, authentication.method]),
  )
  return clientConnections(file).flatMap(({ path, value }) => {
    const profile = profileOf(value)
    const method = methods.get(value.registration)
    return [
      ...(method && !profile.clientAuthentication.includes(method)
        ? [
            {
              path: `${path}.registration`,
              message: `Its client authenticates by ${method}, and ${named(value, true)} takes ${profile.clientAuthentication.join(', ')}. Register it so, or override clientAuthentication.`,
            },
          ]
        : []),
      ...(method === 'private_key_jwt' &&
      profile.assertionAudience === 'issuer' &&
      !value.authorizationServer?.issuer
        ? [
            {
              path: `${path}.authorizationServer.issuer`,
              message:
                'Assertions are to be for the issuer, and no document of a server may say who that is. Give it here.',
            },
          ]
        : []),
      ...checkScopes(path, value, profile),
      ...checkKind(path, value, profile),
      ...checkOverrides(`${path}.vendorOverrides`, value),
    ]
  })
}

function checkScopes(path: string, connection: FileEhrConnection, profile: VendorProfile) {
  const places = placed(`${path}.scopes`, connection.scopes)
  const own = [...profile.scopesAdded, ...profile.scopesRemoved]
  return [
    ...places
      .filter(
        ({ value }) => profile.kind === 'smart' && !SCOPE_FORM.test(value) && !own.includes(value),
      )
      .map((scope) => ({
        path: scope.path,
        message:
          'Use launch, launch/…, openid, fhirUser, profile, offline_access, online_access, or a resource scope such as patient/Observation.rs (letters in the order of cruds) or patient/Observation.read.',
      })),
    ...places
      .filter(({ value }) => !profile.scopeWildcards && /\/\*\./.test(value))
      .map((scope) => ({
        path: scope.path,
        message: `${named(connection)} has no wildcard scopes. Name each resource: patient/Observation.rs.`,
      })),
    ...places
      .filter(({ value }) => profile.scopeVersion === 'v1' && value.includes('?'))
      .map((scope) => ({
        path: scope.path,
        message: `${named(connection)} takes scopes of version 1, which have no filters, so more than this would be asked for. Write it without.`,
      })),
    ...placed(`${path}.requiredScopes`, connection.requiredScopes ?? [])
      .filter(({ value }) => !connection.scopes.includes(value))
      .map((scope) => ({
        path: scope.path,
        message: `"${scope.value}" is not asked for, so it would never be granted. Add it to scopes.`,
      })),
  ]
}

function checkKind(path: string, connection: FileEhrConnection, profile: VendorProfile): Problem[] {
  const { authorizationServer: server, standaloneLaunch, signOn, userRequest } = connection
  const problems: Problem[] = []
  const wantsEhrLaunch = (signOn?.scheme ?? 'smart-ehr') === 'smart-ehr' && !standaloneLaunch
  if (profile.kind !== 'smart' && wantsEhrLaunch) {
    problems.push({
      path: `${path}.standaloneLaunch`,
      message: `${named(connection)} launches no apps, so a launch begins at /launch/${connection.id}. Set it to true.`,
    })
  }
  if (
    profile.discoveryOrder.every((step) => step === 'registered') &&
    !(server?.authorizationEndpoint && server.tokenEndpoint)
  ) {
    problems.push({
      path: `${path}.authorizationServer`,
      message: `${named(connection)} does not publish its endpoints. Give authorizationEndpoint and tokenEndpoint.`,
    })
  }
  if (profile.userSource === 'request' && !userRequest) {
    problems.push({
      path: `${path}.userRequest`,
      message: 'userSource is "request", and no request is given. Add it.',
    })
  }
  return problems
}

function checkOverrides(path: string, { vendorOverrides: overrides = {} }: FileEhrConnection) {
  const forbidden = (field: string, names: object, own: RegExp) =>
    Object.keys(names)
      .filter((name) => own.test(name))
      .map((name) => ({
        path: `${path}.${field}`,
        message: `"${name}" is set by the broker. Remove it.`,
      }))
  return [
    ...forbidden('discoveryHeaders', overrides.discoveryHeaders ?? {}, OWN_HEADERS),
    ...forbidden('fhirHeaders', overrides.fhirHeaders ?? {}, OWN_HEADERS),
    ...forbidden('authorizeParameters', overrides.authorizeParameters ?? {}, OWN_PARAMETERS),
  ]
}

function named({ vendor }: FileEhrConnection, isInside = false): string {
  const name = vendor ? `The vendor "${vendor}"` : 'A SMART server'
  return isInside ? name.replace(/^./, (letter) => letter.toLowerCase()) : name
}
