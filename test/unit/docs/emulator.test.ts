import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { emulatorPage } from '../../deploy/emulator-page.ts'

describe('docs/emulator.md', () => {
  it('lists what is asked of the emulator in every rehearsal (npm run docs writes it)', () => {
    expect(readFileSync('docs/emulator.md', 'utf8')).toBe(emulatorPage())
  })
})
