import { writeFileSync } from 'node:fs'
import { conformancePage, namedTests } from './page.ts'

/** Part of `npm run docs`. */
writeFileSync('test/CONFORMANCE.md', conformancePage(namedTests('test')))
