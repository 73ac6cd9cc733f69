export { GUISES } from './ehr/guises/index.ts'
export { type SandboxEhr, startSandboxEhr } from './ehr/start-sandbox-ehr.ts'
export { type SandboxOptions, type SandboxPorts, startSandbox } from './start-sandbox.ts'
export { vendorEntry } from './vendor-entry.ts'
