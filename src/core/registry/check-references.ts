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
    ...placed('registrations', registrations).flatMap(({ path, value }) =>
      appById.has(value.app) ? [] : [missing(`${path}.app`, 'app', value.app, 'apps')],
    ),
    ...placed('connections', connections).flatMap(({ path, value }) => {
      const problems: Problem[] = []
      const app = appById.get(value.app)
      const registration = registrationById.get(value.registration ?? '')

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
      if (value.registration === undefined) return problems
      if (!registration) {
        problems.push(
          missing(`${path}.registration`, 'registration', value.registration, 'registrations'),
        )
      } else if (registration.app !== value.app) {
        problems.push({
          path: `${path}.registration`,
          message: `The registration "${registration.id}" belongs to the app "${registration.app}", and the connection to "${value.app}". Name a registration of the connection’s own app.`,
        })
      }
      return problems
    }),
  ]
}

function missing(path: string, what: string, id: string, list: string): Problem {
  return { path, message: `There is no ${what} "${id}". Add it to ${list}, or correct the name.` }
}
