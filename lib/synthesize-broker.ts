import { type BrokerAppOptions, brokerApp, STACK_NAME } from './broker-app.ts'

export interface BrokerAssembly {
  /** Folder of the cloud assembly: template, asset manifest, bundles. */
  readonly directory: string
  readonly stackName: string
}

/** Synthesizes the broker without the CDK's command line. */
export function synthesizeBroker(
  options: BrokerAppOptions & { readonly outdir: string },
): BrokerAssembly {
  return { directory: brokerApp(options).synth().directory, stackName: STACK_NAME }
}
