import { brokerApp } from '../lib/broker-app.ts'

// Never anything else: what is deployed talks to the public internet, and not to itself.
brokerApp({ upstreams: 'public', deployment: 'deployments.json' })
