import { EventBus } from 'aws-cdk-lib/aws-events'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { EventType } from '#contract/events.ts'
import type { StorageKey } from './storage-key.ts'

export interface BrokerEventBusProps {
  /** Begins its name. */
  readonly prefix: string
  readonly storageKey: StorageKey
}

/** Where the broker tells what happens to sessions and connections; rules on it are the team's. */
export class BrokerEventBus extends Construct {
  readonly busName: string
  readonly #bus: EventBus

  constructor(scope: Construct, id: string, props: BrokerEventBusProps) {
    super(scope, id)

    // The key's policy names the bus, so the bus's name cannot come of its making.
    this.busName = `${props.prefix}-events`
    this.#bus = new EventBus(this, 'Resource', {
      eventBusName: this.busName,
      description: 'Sallyport: what happens to sessions and connections',
      kmsKey: props.storageKey.key,
    })
  }

  /** Lets the grantee put events of these types, and no other. */
  grantPut(grantee: IGrantable, types: readonly EventType[]): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['events:PutEvents'],
      resourceArns: [this.#bus.eventBusArn],
      conditions: { StringEquals: { 'events:detail-type': [...types] } },
    })
  }
}
