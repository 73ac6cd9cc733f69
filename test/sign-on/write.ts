import { readFileSync, writeFileSync } from 'node:fs'
import { withTable } from './table.ts'

/** Part of `npm run docs`. */
const PAGE = 'docs/sign-on.md'
writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8')))
