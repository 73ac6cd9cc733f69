import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createProbe } from '#adapters/egress/probe.ts'
import { checkNetwork } from '#cli/doctor/check-network.ts'
import { EXPIRED, SELF_SIGNED } from '../../../support/certificates.ts'

/** An https server, and what a probe that resolves its name there says of it. */
async function setup(certificate: typeof SELF_SIGNED, { ca }: { readonly ca?: string } = {}) {
  const requests: unknown[] = []
  const server = createServer(certificate, (request, response) => {
    requests.push(request.url)
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const probe = createProbe({
    upstreams: 'loopback',
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    ...(ca !== undefined && { ca }),
  })
  return {
    requests,
    look: (host: string, now: number) =>
      checkNetwork(new URL(`https://${host}:${(server.address() as AddressInfo).port}`), {
        probe,
        now: () => now,
      }),
  }
}

const NOW = Date.UTC(2026, 10, 27)
const DAY = 86_400_000

describe('a certificate', () => {
  it('that is vouched for is told with its protocol and end, and no request is made', async () => {
    const { look, requests } = await setup(SELF_SIGNED, { ca: SELF_SIGNED.cert })

    expect(await look('ehr.example', NOW)).toMatchObject([
      { check: 'dns', verdict: 'ok', says: 'ehr.example is at 127.0.0.1.' },
      { check: 'tls', verdict: 'ok', says: expect.stringMatching(/TLSv1\.3, .* in 36\d{3} days/) },
    ])
    expect(requests).toEqual([])
  })

  it('that ends soon is told while there is time', async () => {
    const { look } = await setup(SELF_SIGNED, { ca: SELF_SIGNED.cert })
    const end = Date.parse('2126-10-31T00:13:28Z')

    expect((await look('ehr.example', end - 5 * DAY))[1]).toMatchObject({
      verdict: 'note',
      says: expect.stringContaining('ends in 5 days'),
      ask: expect.stringMatching(/^When will the certificate of ehr\.example:\d+ be renewed\?/),
    })
  })

  it.each([
    ['nobody vouches for', SELF_SIGNED, undefined, 'ehr.example', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['has expired', EXPIRED, EXPIRED.cert, 'ehr.example', 'CERT_HAS_EXPIRED'],
    [
      'is another host’s',
      SELF_SIGNED,
      SELF_SIGNED.cert,
      'other.example',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  ])('that %s is named as the cause', async (_what, certificate, ca, host, code) => {
    const { look } = await setup(certificate, ca === undefined ? {} : { ca })

    expect((await look(host, NOW))[1]).toMatchObject({
      check: 'tls',
      verdict: 'wrong',
      says: expect.stringMatching(
        new RegExp(`cannot be trusted: its certificate .+ \\(${code}\\)`),
      ),
    })
  })
})

describe('addresses', () => {
  it('of which the stack does not reach one are refused as a whole', async () => {
    const probe = createProbe({
      upstreams: 'public',
      lookup: async () => [
        { address: '203.0.113.9', family: 4 },
        { address: '169.254.169.254', family: 4 },
      ],
    })

    expect(await probe.addresses('ehr.example')).toMatchObject({ reachable: false })
  })
})
