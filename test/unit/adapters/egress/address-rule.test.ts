import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mayReach } from '#adapters/egress/address-rule.ts'

/** Outside of these an IPv4 address is a host on the internet: IANA special-purpose registry. */
const SPECIAL_IPV4: readonly (readonly [number, number])[] = [
  block(0, 0, 0, 0, 8),
  block(10, 0, 0, 0, 8),
  block(100, 64, 0, 0, 10),
  block(127, 0, 0, 0, 8),
  block(169, 254, 0, 0, 16),
  block(172, 16, 0, 0, 12),
  block(192, 0, 0, 0, 24),
  block(192, 0, 2, 0, 24),
  block(192, 168, 0, 0, 16),
  block(198, 18, 0, 0, 15),
  block(198, 51, 100, 0, 24),
  block(203, 0, 113, 0, 24),
  block(224, 0, 0, 0, 4),
  block(240, 0, 0, 0, 4),
]

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '2606:4700:4700::1111',
  '2a00:1450:4001:80b::200e',
])('lets the public rule reach %s, and the loopback rule not', (address) => {
  expect(mayReach(address, 'public')).toBe(true)
  expect(mayReach(address, 'loopback')).toBe(false)
})

test.each(['127.0.0.1', '127.255.255.254', '::1'])(
  'lets the loopback rule reach %s, and the public rule not',
  (address) => {
    expect(mayReach(address, 'loopback')).toBe(true)
    expect(mayReach(address, 'public')).toBe(false)
  },
)

test.each([
  ['unspecified', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['link-local', '169.254.0.1'],
  ['instance metadata', '169.254.169.254'],
  ['protocol assignments', '192.0.0.8'],
  ['documentation', '192.0.2.1'],
  ['benchmarking', '198.18.0.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['unspecified', '::'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['unique local', 'fd00::1'],
  ['instance metadata', 'fd00:ec2::254'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['discard-only', '100::1'],
  ['documentation', '2001:db8::1'],
  ['IPv4-mapped private', '::ffff:10.0.0.1'],
  ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
  ['IPv4-mapped public', '::ffff:8.8.8.8'],
  ['IPv4-mapped, in hexadecimal', '::ffff:7f00:1'],
  ['IPv4-compatible', '::7f00:1'],
  ['IPv4-compatible', '::127.0.0.1'],
  ['IPv4-translated', '::ffff:0:127.0.0.1'],
  ['6to4 of loopback', '2002:7f00:1::'],
  ['6to4 of a public address', '2002:808:808::'],
  ['NAT64 of metadata', '64:ff9b::a9fe:a9fe'],
  ['local NAT64', '64:ff9b:1::a9fe:a9fe'],
  ['Teredo', '2001::1'],
  ['a block not given out', '4000::1'],
  ['no address', 'localhost'],
  ['no address', ''],
])('refuses %s (%s) under both rules', (_kind, address) => {
  expect(mayReach(address, 'public')).toBe(false)
  expect(mayReach(address, 'loopback')).toBe(false)
})

test('never lets an IPv4 address of a special range pass as public', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SPECIAL_IPV4), fc.nat(), ([first, size], offset) => {
      expect(mayReach(dotted(first + (offset % size)), 'public')).toBe(false)
    }),
    { numRuns: 2_000 },
  )
})

test('lets no IPv4 address pass under both rules, and loopback only under its own', () => {
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), (number) => {
      const loopback = number >>> 24 === 127
      expect(mayReach(dotted(number), 'loopback')).toBe(loopback)
      if (loopback) expect(mayReach(dotted(number), 'public')).toBe(false)
    }),
    { numRuns: 2_000 },
  )
})

test('lets no IPv6 address outside of global unicast pass as public', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }), (groups) => {
      const address = groups.map((group) => group.toString(16)).join(':')
      const global = ((groups[0] ?? 0) & 0xe000) === 0x2000
      if (!global) expect(mayReach(address, 'public')).toBe(false)
      expect(mayReach(address, 'loopback')).toBe(false)
    }),
    { numRuns: 2_000 },
  )
})

test('lets no IPv4 address carried in an IPv6 one pass, whatever it is', () => {
  const carriers = [
    (high: string, low: string) => `::ffff:${high}:${low}`,
    (high: string, low: string) => `::${high}:${low}`,
    (high: string, low: string) => `::ffff:0:${high}:${low}`,
    (high: string, low: string) => `2002:${high}:${low}::`,
    (high: string, low: string) => `64:ff9b::${high}:${low}`,
    (high: string, low: string) => `64:ff9b:1::${high}:${low}`,
    (high: string, low: string) => `2001:0:${high}:${low}::`,
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...carriers),
      fc.nat(0xffff),
      fc.integer({ min: 2, max: 0xffff }),
      (carry, high, low) => {
        const address = carry(high.toString(16), low.toString(16))
        expect(mayReach(address, 'public')).toBe(false)
        expect(mayReach(address, 'loopback')).toBe(false)
      },
    ),
  )
})

function block(a: number, b: number, c: number, d: number, prefix: number) {
  return [((a * 256 + b) * 256 + c) * 256 + d, 2 ** (32 - prefix)] as const
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.')
}
