import { type Problem, placed } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

/** What is referred to exists, and a connection uses its own app's registration. */
export function checkReferences({
  organizations,
  apps,
  registrations,
  connections,
}: RegistryFile): readonly Problem[] {
  const appById = new Map(apps.map((app) => [app.id, app]))
  const registrationById = new Map(registrations.map((one) => [one.id, one]))
  const slugs = new Set(organizations.map(({ slug }) => slug))

  return [
    ...placed('apps', apps).flatMap(({ path, value: { ssoDestination } }) => {
      const { signature = 'HS256', secretRef } = ssoDestination ?? { secretRef: '' }
      return secretRef === undefined && /^(HS256|verification-token)$/.test(signature)
        ? [
            {
              path: `${path}.ssoDestination.secretRef`,
              message: `Missing. ${signature} needs the secret that is shared with the app: add its name.`,
            },
          ]
        : []
    }),
    ...placed('registrations', registrations).flatMap(({ path, value }) =>
      appById.has(value.app) ? [] : [missing(`${path}.app`, 'app', value.app, 'apps')],
    ),
    ...placed('connections', connections).flatMap(({ path, value }) => {
      const problems: Problem[] = []
      const app = appById.get(value.app)

      if (!slugs.has(value.organization)) {
        problems.push(
          missing(`${path}.organization`, 'organization', value.organization, 'organizations'),
        )
      }
      if (!app) {
        problems.push(missing(`${path}.app`, 'app', value.app, 'apps'))
      } else if (!app.ssoDestination) {
        problems.push({
          path: `${path}.app`,
          message: `The app "${app.id}" has no ssoDestination, so nobody would receive the SessionID. Add one to the app.`,
        })
      }
      return [...problems, ...checkRegistrations(path, value, registrationById)]
    }),
  ]
}

/** The clients of a connection, at its EHR and where people sign on, are its own app's. */
function checkRegistrations(
  path: string,
  { app, registration, signOn }: RegistryFile['connections'][number],
  registrations: ReadonlyMap<string, RegistryFile['registrations'][number]>,
): readonly Problem[] {
  const named = [
    { at: `${path}.registration`, id: registration },
    ...(signOn?.scheme === 'oidc'
      ? [{ at: `${path}.signOn.idp.registration`, id: signOn.idp.registration }]
      : []),
  ]
  return named.flatMap(({ at, id }) => {
    if (id === undefined) return []
    const found = registrations.get(id)
    if (!found) return [missing(at, 'registration', id, 'registrations')]
    if (found.app === app) return []
    return [
      {
        path: at,
        message: `The registration "${id}" belongs to the app "${found.app}", and the connection to "${app}". Name a registration of the connection’s own app.`,
      },
    ]
  })
}

function missing(path: string, what: string, id: string, list: string): Problem {
  return { path, message: `There is no ${what} "${id}". Add it to ${list}, or correct the name.` }
}
