import {
  type BrokerClient,
  brokerClient,
  memorySessionStore,
  type Visits,
  visits,
} from '@sallyport/client'
import { type AppConfig, configFrom } from '../../app-config.ts'

interface Sallyport {
  readonly config: AppConfig
  readonly broker: BrokerClient
  readonly desk: Visits
}

let made: Sallyport | undefined

/** One for each process, made at the first request: a build has no configuration. */
export function sallyport(): Sallyport {
  if (!made) {
    const config = configFrom(process.env)
    made = { config, broker: brokerClient(config), desk: visits({ store: memorySessionStore() }) }
  }
  return made
}

export function htmlAnswer(page: string, status = 200): Response {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }
  return new Response(page, { status, headers })
}
