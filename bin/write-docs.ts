import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dataModelPage, dataModelSchemas } from '#cli/data-model-page.ts'
import { vendorsPage } from '#cli/vendors-page.ts'

/** `npm run docs`: writes the documents that are made from the code. */
writeFileSync('docs/vendors.md', vendorsPage())
writeFileSync('docs/data-model.md', dataModelPage(readFileSync('docs/data-model.md', 'utf8')))
mkdirSync('docs/schemas', { recursive: true })
for (const [name, schema] of Object.entries(dataModelSchemas())) {
  writeFileSync(`docs/schemas/${name}`, schema)
}
