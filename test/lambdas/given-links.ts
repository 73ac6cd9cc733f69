import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { memoryReplayStore } from '#adapters/memory/replay-store.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import type { LaunchHandlerDeps, LinkDeps } from '../../lambdas/launch/handler.ts'
import { NOW } from '../fixtures.ts'
import { recordingMetrics } from '../support/recording-metrics.ts'

type GivenLinks = LinkDeps & Pick<LaunchHandlerDeps, 'metrics' | 'publicBaseUrl'>

/** What a launch handler has for signed links, where a test is about something else. */
export function noLinks(overrides: Partial<GivenLinks> = {}) {
  const { metrics, publicBaseUrl, ...links }: GivenLinks = {
    tickets: memoryOneTimeStore(() => NOW),
    replays: memoryReplayStore(),
    linkSecrets: memorySecretReader({}),
    keysAt: () => {
      throw new Error('no keys')
    },
    createSession: memorySessionStore().create,
    events: { emit: async () => {} },
    metrics: recordingMetrics(),
    publicBaseUrl: 'https://broker.example/live',
    ...overrides,
  }
  return { metrics, publicBaseUrl, links: () => links }
}
