import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openBody } from '#adapters/egress/open-body.ts'

test('takes from the upstream no more than its reader asks for', async () => {
  let produced = 0
  const upstream = new Readable({
    read() {
      produced += 1
      this.push(Buffer.alloc(64 * 1024))
    },
  })
  const reader = ReadableStream.from(openBody(upstream, 1_000, (error) => error)).getReader()

  await reader.read()
  for (let i = 0; i < 20; i += 1) await turn()

  expect(produced).toBeLessThan(5)
  await reader.cancel()
  expect(upstream.destroyed).toBe(true)
})

test('does not count a slow reader as a silent upstream', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const upstream = new Readable({ read: () => undefined })
  upstream.push('first')
  const chunks = openBody(upstream, 5, (error) => error)[Symbol.asyncIterator]()

  await chunks.next()
  vi.advanceTimersByTime(1_000)
  upstream.push('second')
  expect(String((await chunks.next()).value)).toBe('second')

  const third = chunks.next()
  vi.advanceTimersByTime(5)
  await expect(third).rejects.toMatchObject({ code: 'upstream_timeout' })
})

test('tells its reader of a body that broke off before anybody read it', async () => {
  const upstream = new Readable({ read: () => undefined })
  const broken = new Promise((resolve) => upstream.once('error', resolve))
  upstream.destroy(new Error('reset'))
  await broken
  for (let i = 0; i < 3; i += 1) await turn()

  const chunks = openBody(upstream, 1_000, (error) => error)[Symbol.asyncIterator]()
  await expect(chunks.next()).rejects.toThrow('reset')
})

test('gives what has come, and then the end or the break, however often that is asked for', async () => {
  const upstream = new Readable({ read: () => undefined })
  upstream.push('all')
  upstream.push(null)
  const chunks = openBody(upstream, 1_000, (error) => error)[Symbol.asyncIterator]()
  expect(String((await chunks.next()).value)).toBe('all')
  expect([(await chunks.next()).done, (await chunks.next()).done]).toEqual([true, true])

  const cut = new Readable({ read: () => undefined })
  cut.push('a part')
  const parts = openBody(cut, 1_000, (error) => error)[Symbol.asyncIterator]()
  await parts.next()
  const waiting = parts.next()
  cut.destroy()
  await expect(waiting).rejects.toBeNull()
  await expect(parts.next()).rejects.toBeNull()
})
