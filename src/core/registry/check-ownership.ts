import { clientConnections } from './ehr-connections.ts'
import { normalIssuer } from './normal-issuer.ts'
import { type Problem, placed, repetitions } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

/**
 * A client and its secrets belong to one app: whoever shares them can speak in the other's name.
 *
 * @see [OAuth security topics update §2.2](https://datatracker.ietf.org/doc/draft-ietf-oauth-security-topics-update/)
 */
export function checkOwnership(file: RegistryFile): readonly Problem[] {
  return [
    ...sharedClients(file),
    ...sharedClientSecrets(file),
    ...sharedSsoSecrets(file),
    ...sharedWebhookSecrets(file),
  ]
}

function sharedClients(file: RegistryFile): readonly Problem[] {
  const clientIds = new Map(file.registrations.map(({ id, clientId }) => [id, clientId]))
  const atIssuer = clientConnections(file).filter(({ value }) => clientIds.has(value.registration))
  return repetitions(
    atIssuer,
    ({ fhirBaseUrl, registration }) =>
      `${normalIssuer(fhirBaseUrl) ?? fhirBaseUrl} ${clientIds.get(registration)}`,
  )
    .filter(({ first, again }) => first.value.app !== again.value.app)
    .map(({ first, again }) => ({
      path: `${again.path}.registration`,
      message: `This EHR knows the client of this registration as that of the app "${first.value.app}" (${first.path}). Register a client of its own for "${again.value.app}".`,
    }))
}

function sharedClientSecrets({ registrations }: RegistryFile): readonly Problem[] {
  const withSecret = placed('registrations', registrations).flatMap(
    ({ path, value: { app, authentication } }) =>
      'secretRef' in authentication
        ? [{ path, value: { app, secretRef: authentication.secretRef } }]
        : [],
  )
  return repetitions(withSecret, ({ secretRef }) => secretRef)
    .filter(({ first, again }) => first.value.app !== again.value.app)
    .map(({ first, again }) => ({
      path: `${again.path}.authentication.secretRef`,
      message: `"${again.value.secretRef}" is the secret of another app’s client (${first.path}). Give each app’s client a secret of its own.`,
    }))
}

function sharedSsoSecrets({ apps }: RegistryFile): readonly Problem[] {
  const withSecret = placed('apps', apps).flatMap(({ path, value: { ssoDestination } }) =>
    ssoDestination?.secretRef !== undefined ? [{ path, value: ssoDestination.secretRef }] : [],
  )
  return repetitions(withSecret, (secretRef) => secretRef).map(({ first, again }) => ({
    path: `${again.path}.ssoDestination.secretRef`,
    message: `"${again.value}" is the secret of ${first.path} too, so each app could sign on people at the other. Give each its own.`,
  }))
}

function sharedWebhookSecrets({ apps }: RegistryFile): readonly Problem[] {
  const withSecret = placed('apps', apps).flatMap(({ path, value: { webhook } }) =>
    webhook ? [{ path, value: webhook.secretRef }] : [],
  )
  return repetitions(withSecret, (secretRef) => secretRef).map(({ first, again }) => ({
    path: `${again.path}.webhook.secretRef`,
    message: `"${again.value}" is the secret of ${first.path} too, so each app could send events to the other. Give each its own.`,
  }))
}
