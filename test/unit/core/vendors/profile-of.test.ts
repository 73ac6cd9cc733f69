import { describe, expect, it } from 'vitest'
import { VENDORS, type VendorId } from '#core/vendors/index.ts'
import { VENDOR_NOTES } from '#core/vendors/notes/index.ts'
import { SOURCES } from '#core/vendors/notes/sources.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { DEFAULTS } from '#core/vendors/vendor-profile.ts'

describe('profileOf', () => {
  it('is any SMART server’s where a connection names no vendor', () => {
    expect(profileOf({})).toEqual({ id: 'smart', kind: 'smart', ...DEFAULTS.smart })
  })

  it('puts the vendor’s departures over the default, and the connection’s over these', () => {
    const vendorOverrides = { basicEncoding: 'form', refreshMarginSeconds: 90 } as const

    expect(profileOf({ vendor: 'oracle-health' })).toMatchObject({
      scopeWildcards: false,
      basicEncoding: 'raw',
      refreshMarginSeconds: 60,
    })
    expect(profileOf({ vendor: 'oracle-health', vendorOverrides })).toMatchObject({
      scopeWildcards: false,
      basicEncoding: 'form',
      refreshMarginSeconds: 90,
    })
  })

  it('refuses a vendor that this version does not know', () => {
    expect(() => profileOf({ vendor: 'gone' as VendorId })).toThrow(
      expect.objectContaining({ code: 'internal_error' }),
    )
  })
})

describe.each(VENDORS.map((vendor) => [vendor.id, vendor] as const))(
  'the vendor %s',
  (id, vendor) => {
    const notes = VENDOR_NOTES[id]

    it('has a fact with a source for each departure, and for nothing else', () => {
      expect(Object.keys(notes.departures).sort()).toEqual(Object.keys(vendor.departures).sort())
      for (const { says, sources } of [...Object.values(notes.departures), ...notes.facts]) {
        expect(says).toMatch(/\.$/)
        expect(sources.length).toBeGreaterThan(0)
        for (const source of sources) expect(SOURCES[source]).toMatch(/^https:\/\//)
      }
    })

    it('departs only where it differs from the default', () => {
      for (const [field, value] of Object.entries(vendor.departures)) {
        expect(DEFAULTS[vendor.kind][field as keyof typeof vendor.departures]).not.toEqual(value)
      }
    })
  },
)

it('gives each vendor its own id', () => {
  expect(new Set(VENDORS.map(({ id }) => id)).size).toBe(VENDORS.length)
})
