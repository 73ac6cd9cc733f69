export { type SandboxEhr, startSandboxEhr } from './ehr/start-sandbox-ehr.ts'
