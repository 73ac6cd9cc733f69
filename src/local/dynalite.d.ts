declare module 'dynalite' {
  import type { Server } from 'node:http'

  interface DynaliteOptions {
    readonly createTableMs?: number
    readonly deleteTableMs?: number
    readonly updateTableMs?: number
    /** Folder of the LevelDB store; in memory when absent. */
    readonly path?: string
  }

  /** An HTTP server that speaks a part of DynamoDB; closing it closes its store. */
  export default function dynalite(options?: DynaliteOptions): Server
}
