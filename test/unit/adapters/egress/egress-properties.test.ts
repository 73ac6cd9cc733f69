import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkedLookup } from '#adapters/egress/checked-lookup.ts'
import { permittedUrl } from '#adapters/egress/permitted-url.ts'
import { BrokerError } from '#core/errors.ts'
import { checkProperty } from '../../../support/check-property.ts'

/** What nobody may be led to, by another's rule than the one under test. */
const INSIDE = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  INSIDE.addSubnet(net, bits, 'ipv4')
  INSIDE.addSubnet(`::ffff:${net}`, 96 + bits, 'ipv6')
  INSIDE.addSubnet(`64:ff9b::${net}`, 96 + bits, 'ipv6')
}
for (const [net, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  INSIDE.addSubnet(net, bits, 'ipv6')
}
const isInside = (address: string) => INSIDE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

const octet = fc.nat(255)
const v4 = fc.oneof(
  fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.')),
  fc
    .tuple(fc.constantFrom('10', '127', '169.254', '172.20', '192.168', '100.100'), octet, octet)
    .map(([net, one, two]) => [net, one, two, 1].join('.').split('.').slice(0, 4).join('.')),
)
const hex = fc.nat(0xffff).map((part) => part.toString(16))
const v6 = fc.oneof(
  fc.array(hex, { minLength: 8, maxLength: 8 }).map((parts) => parts.join(':')),
  fc
    .tuple(fc.constantFrom('fc00', 'fd12', 'fe80', 'ff02'), hex)
    .map(([net, part]) => `${net}::${part}`),
  v4.map((address) => `::ffff:${address}`),
  v4.map((address) => `64:ff9b::${address}`),
  fc.constantFrom('::', '::1'),
)
const address = fc.oneof(v4, v6)

/** An IPv4 address in spellings that URLs and resolvers take. */
const spelled = v4.chain((plain) => {
  const [a = 0, b = 0, c = 0, d = 0] = plain.split('.').map(Number)
  const whole = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d
  return fc.constantFrom(
    plain,
    `${whole}`,
    `0x${whole.toString(16)}`,
    [a, b, c, d].map((part) => `0${part.toString(8)}`).join('.'),
    `${a}.${b}.${c * 256 + d}`,
    `${plain}.`,
    plain.replaceAll('.', '。'),
    `[::ffff:${plain}]`,
  )
})
const target = fc
  .tuple(
    fc.constantFrom('https:', 'HTTPS:', 'http:', 'ftp:', 'file:', 'gopher:', 'https:\\'),
    fc.constantFrom('//', '/', '////', '\\\\'),
    fc.constantFrom('', 'ehr.example@', 'ehr.example:443@', 'ehr.example%2f@', '@'),
    fc.oneof(spelled, fc.constantFrom('ehr.example', 'localhost', 'EHR.example', 'ehr.example.')),
    fc.constantFrom('', ':443', ':8443', ':0'),
    fc.constantFrom('', '/fhir', '/..//x', '?a=b', '#@127.0.0.1', '\\@127.0.0.1'),
  )
  .map((parts) => parts.join(''))

describe('the way out', () => {
  it('permits by its text only https, without a user, at no inside address (20 000 addresses)', async () => {
    let permitted = 0
    await checkProperty(
      fc.property(target, (text) => {
        let url: URL
        try {
          url = permittedUrl(text, 'public', undefined)
        } catch (error) {
          expect(BrokerError.from(error).code).toBe('upstream_refused')
          return
        }
        permitted += 1
        const literal = url.hostname.replace(/^\[|\]$/g, '')
        expect(url.protocol).toBe('https:')
        expect(`${url.username}${url.password}`).toBe('')
        if (isIP(literal)) expect(isInside(literal)).toBe(false)
      }),
      20_000,
    )
    expect(permitted).toBeGreaterThan(500)
  })

  it('permits no host but those of the caller’s list, however it is written (10 000 addresses)', async () => {
    await checkProperty(
      fc.property(target, (text) => {
        try {
          expect(permittedUrl(text, 'public', ['ehr.example']).host).toBe('ehr.example')
        } catch (error) {
          expect(BrokerError.from(error).code).toBe('upstream_refused')
        }
      }),
      10_000,
    )
  })

  it('connects to addresses that were all checked, or to none (10 000 answers of a resolver)', async () => {
    let connected = 0
    await checkProperty(
      fc.asyncProperty(fc.array(address, { maxLength: 4 }), fc.boolean(), async (answers, all) => {
        const found = answers.map((one) => ({ address: one, family: isIP(one) }))
        let asked = 0
        const lookup = checkedLookup(async () => {
          asked += 1
          return found
        }, 'public')
        const result = await new Promise<unknown>((resolve) => {
          lookup('ehr.example', { all }, (error, given) => resolve(error ?? given))
        })

        expect(asked).toBe(1)
        if (result instanceof Error) return
        connected += 1
        expect(answers.some(isInside)).toBe(false)
        expect(result).toEqual(all ? found : found[0]?.address)
      }),
      10_000,
    )
    expect(connected).toBeGreaterThan(500)
  })
})
