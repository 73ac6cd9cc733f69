import { describe, expect, it, vi } from 'vitest'
import { onFirstUse } from '#adapters/on-first-use.ts'

describe('onFirstUse', () => {
  it('makes nothing until it is asked', () => {
    const make = vi.fn(() => ({}))

    onFirstUse(make)

    expect(make).not.toHaveBeenCalled()
  })

  it.for([{}, undefined])('makes %o once, and gives the same from then on', (thing) => {
    const make = vi.fn(() => thing)
    const get = onFirstUse(make)

    expect([get(), get(), get()]).toEqual([thing, thing, thing])
    expect(get()).toBe(thing)
    expect(make).toHaveBeenCalledOnce()
  })

  it('asks again after a failure', () => {
    const make = vi.fn<() => string>().mockImplementationOnce(() => {
      throw new Error('not yet')
    })
    make.mockReturnValue('made')
    const get = onFirstUse(make)

    expect(get).toThrow('not yet')
    expect(get()).toBe('made')
  })
})
