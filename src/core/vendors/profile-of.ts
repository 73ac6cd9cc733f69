import { BrokerError } from '#core/errors.ts'
import { VENDORS, type VendorId } from './index.ts'
import {
  DEFAULTS,
  type VendorBehavior,
  type VendorData,
  type VendorProfile,
} from './vendor-profile.ts'

/** What a connection says of its vendor. */
export interface VendorChoice {
  readonly vendor?: VendorId
  readonly vendorOverrides?: Partial<VendorBehavior>
}

const BY_ID: ReadonlyMap<string, VendorData> = new Map(VENDORS.map((data) => [data.id, data]))

const profiles = new WeakMap<VendorChoice, VendorProfile>()

/**
 * How a connection's EHR behaves: the defaults of its kind, over them its vendor's departures, over
 * these what the connection itself says. Without a vendor it is any SMART server.
 */
export function profileOf(choice: VendorChoice): VendorProfile {
  const known = profiles.get(choice)
  if (known) return known
  const profile = merged(choice)
  profiles.set(choice, profile)
  return profile
}

function merged({ vendor = 'smart', vendorOverrides }: VendorChoice): VendorProfile {
  const data = BY_ID.get(vendor)
  if (!data) throw new BrokerError('internal_error', { detail: { reason: 'vendor_unknown' } })
  const { id, kind, departures } = data
  return { id, kind, ...DEFAULTS[kind], ...departures, ...vendorOverrides }
}
