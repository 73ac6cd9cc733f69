import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dataModelPage, dataModelSchemas } from '#cli/data-model-page.ts'
import { vendorsPage } from '#cli/vendors-page.ts'
import { brokerApp, STACK_NAME } from '../lib/broker-app.ts'
import { compliancePage } from '../lib/compliance/compliance-page.ts'
import { deploymentsJsonSchema } from '../lib/deployments/deployments-json-schema.ts'
import { chooseDeployment } from '../lib/deployments/read-deployment.ts'

const EXAMPLE = 'examples/deployments/deployments.json'

/** `npm run docs`: writes the documents that are made from the code. */
writeFileSync('docs/vendors.md', vendorsPage())
writeFileSync('docs/data-model.md', dataModelPage(readFileSync('docs/data-model.md', 'utf8')))
mkdirSync('docs/schemas', { recursive: true })
for (const [name, schema] of Object.entries(dataModelSchemas())) {
  writeFileSync(`docs/schemas/${name}`, schema)
}
writeFileSync('deployments.schema.json', `${JSON.stringify(deploymentsJsonSchema(), null, 2)}\n`)

const stack = brokerApp({ upstreams: 'public', bundling: false }).node.findChild(STACK_NAME)
const production = brokerApp({
  upstreams: 'public',
  deployment: chooseDeployment(readFileSync(EXAMPLE, 'utf8'), EXAMPLE, 'production'),
  bundling: false,
}).node.findChild(STACK_NAME)
writeFileSync(
  'docs/compliance.md',
  compliancePage(readFileSync('docs/compliance.md', 'utf8'), stack, production),
)
