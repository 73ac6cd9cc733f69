import { afterAll, describe, expect, it } from 'vitest'
import { givenReader } from '../support/guides/given-reader.ts'

describe.each([[['quick-start-app']]])(
  'the guide %s',
  async (names) => {
    const reader = await givenReader()
    afterAll(() => reader.close())

    it.each(names)('%s: each command runs, and shows what it says', (name) => reader.follow(name))
  },
)
