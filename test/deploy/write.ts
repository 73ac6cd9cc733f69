import { writeFileSync } from 'node:fs'
import { emulatorPage } from './emulator-page.ts'

/** Part of `npm run docs`. */
writeFileSync('docs/emulator.md', emulatorPage())
