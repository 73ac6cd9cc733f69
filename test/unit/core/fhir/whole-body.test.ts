import { describe, expect, it } from 'vitest'
import { type BodyEnd, WholeBody } from '#core/fhir/whole-body.ts'

const BYTES = Buffer.from('{"resourceType":"Patient"}')

/** A body, and how it went, as two are told who wrap its end, the inner one first. */
function setup(fails = false) {
  const told: [string, BodyEnd][] = []
  const body = new WholeBody(BYTES)
    .endedBy((then) => async (how) => {
      told.push(['record', how])
      if (fails) throw new Error('not kept')
      await then(how)
    })
    .endedBy((then) => async (how) => {
      try {
        await then(how)
      } finally {
        told.push(['metric', how])
      }
    })
  return { body, told }
}

const whole = { bytes: BYTES.byteLength, isCutOff: false }

describe('a body that is all there', () => {
  it('is given out in one piece, and its end is told when it was taken, before the reader knows', async () => {
    const { body, told } = setup()

    expect(await body.next()).toEqual({ done: false, value: BYTES })
    expect(told).toEqual([])
    expect(await body.next()).toEqual({ done: true, value: undefined })

    expect(told).toEqual([
      ['record', whole],
      ['metric', whole],
    ])
  })

  it('ends once, however often it is asked for more or let go', async () => {
    const { body, told } = setup()
    for await (const piece of body) expect(piece).toBe(BYTES)

    await body.return()
    expect(await body.next()).toEqual({ done: true, value: undefined })

    expect(told).toHaveLength(2)
  })

  it.each([
    ['before it was taken', 0],
    ['when it was taken', BYTES.byteLength],
  ])('is cut off where its reader leaves %s', async (_, bytes) => {
    const { body, told } = setup()
    if (bytes > 0) await body.next()

    await body.return()

    expect(told[0]).toEqual(['record', { bytes, isCutOff: true }])
    expect((await body.next()).done).toBe(true)
  })

  it('does not seem to have ended well where what is to be done at its end fails', async () => {
    const { body, told } = setup(true)
    await body.next()

    await expect(body.next()).rejects.toThrow('not kept')

    expect(told.map(([who]) => who)).toEqual(['record', 'metric'])
  })
})
