declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  import type { AdapterConstructor } from 'oidc-provider'

  /** A store that outlives a provider: each has one of its own where it is given none. */
  export function createMemoryAdapter(clockToleranceSeconds: number): AdapterConstructor
}
