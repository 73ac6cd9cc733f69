import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { memoryReplayStore } from '#adapters/memory/replay-store.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import type { LaunchHandlerDeps } from '../../lambdas/launch/handler.ts'
import { NOW } from '../fixtures.ts'
import { recordingMetrics } from '../support/recording-metrics.ts'

/** What a launch handler has for signed links, where a test is about something else. */
export function noLinks(overrides: Partial<LaunchHandlerDeps['links']> = {}) {
  return {
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
  } satisfies LaunchHandlerDeps['links']
}
