import { writeFileSync } from 'node:fs'
import { pagesDocument } from './pages-document.ts'

/** Part of `npm run docs`. */
writeFileSync('docs/pages.md', pagesDocument())
