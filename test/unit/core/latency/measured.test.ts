import { describe, expect, it } from 'vitest'
import type { OpenAnswer } from '#core/egress.ts'
import type { FhirResponse } from '#core/fhir/fhir-request.ts'
import { WholeBody } from '#core/fhir/whole-body.ts'
import { type MeasuredDeps, measured } from '#core/latency/measured.ts'
import { Secret } from '#core/secret.ts'
import { aSession } from '../../../fixtures.ts'
import { recordingMetrics } from '../../../support/recording-metrics.ts'

const URL_OF_EHR = new URL('https://ehr.example/fhir/Patient/1')
const LIMITS = {
  timeoutMs: 1,
  connectTimeoutMs: 1,
  hosts: [],
  isOpaque: false,
  keepAlive: true,
}

/** An EHR that takes 100 ms to a head and 10 to each piece of its body, and a renewal of 500. */
function setup() {
  const clock = { ms: 0 }
  const metrics = recordingMetrics()
  const takes = async (ms: number) => {
    await undefined
    clock.ms += ms
  }
  const pieces = async function* (count: number) {
    for (let at = 0; at < count; at += 1) {
      await takes(10)
      yield Buffer.from('piece')
    }
  }
  const deps: MeasuredDeps = {
    metrics,
    elapsedMs: () => clock.ms,
    egress: async (): Promise<OpenAnswer> => {
      await takes(100)
      const body = { ...iterated(pieces(3)), cancel: async () => undefined }
      return { status: 200, headers: new Headers(), body }
    },
    tokens: {
      async freshAccessToken(session, { whileRenewing } = {}) {
        await takes(2)
        await whileRenewing?.(takes(500))
        return { accessToken: new Secret('token'), session }
      },
    },
  }
  return { clock, deps, measures: metrics.measures, takes }
}

const iterated = (source: AsyncGenerator<Uint8Array>) => ({
  [Symbol.asyncIterator]: () => source,
})
const send = ({ egress }: MeasuredDeps) =>
  egress(URL_OF_EHR, { method: 'GET', headers: {} }, LIMITS)
const answer = (body?: FhirResponse['body']): FhirResponse => ({ status: 200, headers: {}, body })
const added = (milliseconds: number) => [{ name: 'AddedLatency', door: 'fhir', milliseconds }]

describe('what a door adds', () => {
  it('is the time to the head without the EHR’s', async () => {
    const { deps, measures, takes } = setup()
    await measured('fhir', deps, async (watched) => {
      await takes(3)
      await send(watched)
      await takes(4.04)
      return answer()
    })
    expect(measures).toEqual(added(7))
  })

  it('has in it what is done at the end of a body that is all there', async () => {
    const { deps, measures, takes } = setup()
    const { body } = await measured('fhir', deps, async (watched) => {
      await send(watched)
      return answer(new WholeBody(Buffer.from('whole'), () => takes(6)))
    })
    expect(measures).toEqual([])
    for await (const piece of body ?? []) {
      // Its reader's own time is not the door's.
      await takes(piece.byteLength)
    }
    expect(measures).toEqual(added(6))
  })

  it('has in it the time to read a session’s tokens, and not to renew them', async () => {
    const { deps, measures } = setup()
    await measured('fhir', deps, async (watched) => {
      await watched.tokens.freshAccessToken(aSession(), { dueWithinSeconds: 0 })
      await send(watched)
      return answer()
    })
    expect(measures).toEqual(added(2))
  })

  it('counts searches at once as one wait for the EHR', async () => {
    const { deps, clock, measures, takes } = setup()
    const heads: (() => void)[] = []
    const egress = async () => {
      await new Promise<void>((resolve) => heads.push(resolve))
      return { status: 204, headers: new Headers(), body: null }
    }
    const served = measured('data-model', { ...deps, egress }, async (watched) => {
      await Promise.all([send(watched), send(watched)])
      await takes(5)
      return answer()
    })
    for (const head of heads) {
      clock.ms += 100
      head()
    }
    await served
    expect(measures).toEqual([{ name: 'AddedLatency', door: 'data-model', milliseconds: 5 }])
  })

  it('is told with the last byte, without the time that the app takes to read', async () => {
    const { clock, deps, measures, takes } = setup()
    const { body } = await measured('fhir', deps, async (watched) => {
      const upstream = await send(watched)
      return answer(
        (async function* () {
          for await (const piece of upstream.body ?? []) {
            await takes(1)
            yield piece
          }
          // As for the audit record.
          await takes(5)
        })(),
      )
    })
    const read: string[] = []
    for await (const piece of body ?? []) {
      read.push(String(piece))
      expect(measures).toEqual([])
      clock.ms += 60_000
    }
    expect(read).toEqual(['piece', 'piece', 'piece'])
    expect(measures).toEqual(added(8))
  })

  it('is told once of a body that its reader leaves, which lets the EHR’s go', async () => {
    const { deps, measures } = setup()
    let isLeft = false
    const { body } = await measured('fhir', deps, async (watched) => {
      const upstream = await send(watched)
      return answer(
        (async function* () {
          try {
            yield* upstream.body ?? []
          } finally {
            isLeft = true
          }
        })(),
      )
    })
    const reader = body?.[Symbol.asyncIterator]()
    await reader?.next()
    await reader?.return?.()
    await reader?.return?.()
    expect(isLeft).toBe(true)
    expect(measures).toEqual(added(0))
  })

  it('is told of a request that fails after the EHR was asked, and of a body that breaks off', async () => {
    const { deps, measures, takes } = setup()
    const failing = measured('fhir', deps, async (watched) => {
      await send(watched)
      await takes(9)
      throw new Error('no FHIR')
    })
    await expect(failing).rejects.toThrow('no FHIR')

    const { body } = await measured('fhir', deps, async (watched) => {
      await send(watched)
      return answer(
        // biome-ignore lint/correctness/useYield: it breaks off before its first piece
        (async function* (): AsyncGenerator<Uint8Array> {
          await takes(11)
          throw new Error('broken')
        })(),
      )
    })
    await expect(body?.[Symbol.asyncIterator]().next()).rejects.toThrow('broken')
    expect(measures).toEqual([...added(9), ...added(11)])
  })

  it('is nothing where the EHR was not asked', async () => {
    const { deps, measures, takes } = setup()
    await measured('fhir', deps, async () => {
      await takes(50)
      return answer()
    })
    await expect(
      measured('fhir', deps, () => Promise.reject(new Error('refused'))),
    ).rejects.toThrow('refused')
    expect(measures).toEqual([])
  })
})
