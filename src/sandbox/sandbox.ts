export { type DemoApp, startDemoApp } from './demo-app/start-demo-app.ts'
export { type SandboxEhr, startSandboxEhr } from './ehr/start-sandbox-ehr.ts'
export {
  HEARTLINE,
  sandboxApps,
  sandboxClients,
  sandboxRegistry,
} from './registry.ts'
