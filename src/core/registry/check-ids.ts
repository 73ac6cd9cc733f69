import { type Problem, placed, repetitions } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

/** Each id names one thing, and a launch key (a connection or an app) opens one door. */
export function checkIds({
  organizations,
  apps,
  registrations,
  connections,
}: RegistryFile): readonly Problem[] {
  const clients = apps.flatMap((app, index) => placed(`apps[${index}].clients`, app.clients))
  const destinations = apps.flatMap(({ ssoDestination }, index) =>
    ssoDestination ? [{ path: `apps[${index}].ssoDestination`, value: ssoDestination }] : [],
  )
  const appIds = new Set(apps.map(({ id }) => id))

  return [
    ...repeated(placed('organizations', organizations), 'slug', ({ slug }) => slug),
    ...repeated(placed('apps', apps), 'id', ({ id }) => id),
    ...repeated(placed('registrations', registrations), 'id', ({ id }) => id),
    ...repeated(placed('connections', connections), 'id', ({ id }) => id),
    ...repeated(clients, 'clientId', ({ clientId }) => clientId),
    ...repeated(destinations, 'id', ({ id }) => id.toLowerCase()),
    ...placed('connections', connections)
      .filter(({ value }) => appIds.has(value.id))
      .map(({ path, value }) => ({
        path: `${path}.id`,
        message: `An app has the id "${value.id}" too, and both are launch keys. Give the connection another id.`,
      })),
  ]
}

function repeated<Value>(
  values: Parameters<typeof repetitions<Value>>[0],
  field: string,
  keyOf: (value: Value) => string,
): readonly Problem[] {
  return repetitions(values, keyOf).map(({ first, again }) => ({
    path: `${again.path}.${field}`,
    message: `"${keyOf(again.value)}" is taken by ${first.path}. Give each its own.`,
  }))
}
