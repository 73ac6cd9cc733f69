import type { ServerResponse } from 'node:http'

/** What a client of a gateway that keeps answers to their end waits for the beginning of one. */
const PATIENCE_MS = 15_000

const BREAK_AFTER_MS = 500

/** Enough that nobody on the way can think it too little to pass on. */
const ENTRIES = 200

/** Answers whose end is not sent with their beginning. */
export interface LongAnswers {
  /** The client has the beginning of `streamed`: its end may follow. */
  release(): void
  /** Whether the end of `streamed` followed only because nobody had its beginning for so long. */
  wasKept(): boolean
  /** Answers the search for `streamed` or `broken`. */
  serve(code: string, response: ServerResponse): boolean
}

export function longAnswers(): LongAnswers {
  let release: () => void = () => undefined
  let kept = false
  const entry = (index: number) =>
    JSON.stringify({
      resource: {
        resourceType: 'Observation',
        id: `smoke-${index}`,
        status: 'final',
        code: { text: 'x'.repeat(400) },
        subject: { reference: 'Patient/smoke-patient' },
      },
    })
  const half = Array.from({ length: ENTRIES }, (_, index) => entry(index)).join(',')

  async function stream(response: ServerResponse): Promise<void> {
    response.write(`{"resourceType":"Bundle","type":"searchset","entry":[${half}`)
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => {
        kept = true
        resolve()
      }, PATIENCE_MS)
      release = () => {
        clearTimeout(late)
        resolve()
      }
    })
    response.end(`,${entry(ENTRIES)}]}`)
  }

  return {
    release: () => release(),
    wasKept: () => kept,
    serve(code, response) {
      if (code !== 'streamed' && code !== 'broken') return false
      response.writeHead(200, { 'content-type': 'application/fhir+json' })
      if (code === 'streamed') void stream(response)
      else {
        // With no length and no last chunk, so that it is broken off on the wire and not ended early;
        // a moment later, for what was written to be on its way.
        response.write(`{"resourceType":"Bundle","type":"searchset","entry":[${half}`, () =>
          setTimeout(() => response.destroy(), BREAK_AFTER_MS),
        )
      }
      return true
    },
  }
}
