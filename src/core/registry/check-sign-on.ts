import { systemScopes } from '#core/oauth/authority-scopes.ts'
import { checkKeys } from './check-clients.ts'
import { checkOidc } from './check-oidc.ts'
import { checkSaml } from './check-saml.ts'
import { linkSecrets } from './check-secrets.ts'
import { EHR_FIELDS, ehrConnections } from './ehr-connections.ts'
import { type Problem, placed, repetitions } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

type SignOn = NonNullable<RegistryFile['connections'][number]['signOn']>

/** Each connection has what its way to sign on and its access to FHIR take. */
export function checkSignOn(file: RegistryFile): readonly Problem[] {
  const { connections } = file
  return [
    ...checkEhrFields(connections),
    ...checkSystemAccess(file),
    ...checkOidc(file),
    ...placed('connections', connections).flatMap(({ path, value: { signOn } }) =>
      signOn?.scheme === 'saml' ? checkSaml(`${path}.signOn`, signOn) : [],
    ),
    ...placed('connections', connections).flatMap(({ path, value: { signOn } }) =>
      signOn?.scheme === 'signed-link' ? checkLink(`${path}.signOn.link`, signOn.link) : [],
    ),
    // A link does not say which connection it is for: whoever has the secret says that.
    ...repetitions(linkSecrets(connections), (secretRef) => secretRef).map(({ first, again }) => ({
      path: again.path,
      message: `"${again.value}" is the secret of ${first.path} too, so a link to the one would open the other. Give each its own.`,
    })),
  ]
}

/** A JWT's key is in one place, and no private one. */
function checkLink(
  path: string,
  link: Extract<SignOn, { scheme: 'signed-link' }>['link'],
): readonly Problem[] {
  if (link.format === 'hmac') return []
  const { secretRef, jwks, jwksUri } = link
  const given = [secretRef, jwks, jwksUri].filter((one) => one !== undefined)
  return [
    ...(given.length === 1
      ? []
      : [{ path, message: 'Give the EHR’s key in one place: secretRef, jwks or jwksUri.' }]),
    ...checkKeys(`${path}.jwks.keys`, jwks?.keys ?? []),
  ]
}

/** SMART Backend Services: a key of our own, and scopes in the app's own name. */
function checkSystemAccess(file: RegistryFile): readonly Problem[] {
  const registrations = new Map(file.registrations.map((one) => [one.id, one]))
  return ehrConnections(file)
    .filter(({ value }) => value.fhirAuthority === 'system')
    .flatMap(({ path, value: { registration, scopes } }) => {
      const method = registrations.get(registration)?.authentication.method
      return [
        ...(method === undefined || method === 'private_key_jwt'
          ? []
          : [
              {
                path: `${path}.registration`,
                message: `Its client authenticates by ${method}, and the app's own access takes private_key_jwt (SMART Backend Services). Register it so.`,
              },
            ]),
        ...(systemScopes(scopes).length > 0
          ? []
          : [
              {
                path: `${path}.scopes`,
                message:
                  'The app’s own access needs scopes in its own name, such as system/Patient.rs. Add them.',
              },
            ]),
      ]
    })
}

function checkEhrFields(connections: RegistryFile['connections']): readonly Problem[] {
  return placed('connections', connections).flatMap(({ path, value }) => {
    const isSmart = (value.signOn?.scheme ?? 'smart-ehr').startsWith('smart-')
    const needsEhr = isSmart || value.fhirAuthority !== 'none'
    const missing = EHR_FIELDS.filter((field) => value[field] === undefined)
    const isPartial = missing.length < EHR_FIELDS.length
    if (missing.length === 0 || !(needsEhr || isPartial)) return []
    return missing.map((field) => ({
      path: `${path}.${field}`,
      message: needsEhr
        ? 'Missing. A connection to an EHR has it: add it.'
        : `Missing beside the others (${EHR_FIELDS.join(', ')}). Add it, or remove them all: signing on alone needs none.`,
    }))
  })
}
