import { writeFileSync } from 'node:fs'
import { vendorsPage } from '#cli/vendors-page.ts'

/** `npm run docs`: writes the documents that are made from the code. */
writeFileSync('docs/vendors.md', vendorsPage())
