import type { Upstreams } from '#contract/upstreams.ts'
import type { FunctionSettings } from '../constructs/broker-function.ts'
import type { Foundation } from '../foundation.ts'

/** What the functions are made with. */
export interface Surroundings {
  readonly foundation: Foundation
  readonly settings: FunctionSettings
  /** Which addresses the functions may reach. */
  readonly upstreams: Upstreams
  readonly publicBaseUrl: string
}

/** The variables that nearly every function has. */
export function everywhere({ foundation, upstreams, publicBaseUrl }: Surroundings) {
  return {
    PUBLIC_BASE_URL: publicBaseUrl,
    UPSTREAMS: upstreams,
    LAUNCHES_TABLE_NAME: foundation.launches.tableName,
    REGISTRY_TABLE_NAME: foundation.registry.tableName,
  }
}
