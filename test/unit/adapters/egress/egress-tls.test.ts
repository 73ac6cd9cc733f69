import { once } from 'node:events'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createEgress } from '#adapters/egress/egress.ts'
import type { BrokerError } from '#core/errors.ts'
import { SELF_SIGNED } from '../../../support/certificates.ts'

/** What a server that speaks TLS of these versions alone gets. */
async function sentTo(versions: Pick<ServerOptions, 'minVersion' | 'maxVersion' | 'ciphers'>) {
  const requests: (string | undefined)[] = []
  const complaints: unknown[] = []
  const server = createServer({ ...SELF_SIGNED, ...versions }, (request, response) => {
    requests.push(request.url)
    response.end()
  })
  server.on('tlsClientError', ({ code }: NodeJS.ErrnoException) => complaints.push(code))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const egress = createEgress({
    upstreams: 'loopback',
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  })
  const refused = await egress(`https://ehr.example:${port}/token`).catch(
    (error: BrokerError) => error,
  )
  return { requests, complaints, refused, host: `ehr.example:${port}` }
}

test('sends nothing to a server whose certificate nobody vouches for (SM-04)', async () => {
  const { requests, refused, host } = await sentTo({})

  expect(refused).toMatchObject({
    code: 'upstream_unavailable',
    detail: { host, reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  })
  expect(requests).toEqual([])
})

test.each(['TLSv1', 'TLSv1.1'] as const)('speaks no %s (SM-04)', async (version) => {
  const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
  const { requests, complaints, refused } = await sentTo(old)

  expect(refused).toMatchObject({ code: 'upstream_unavailable', detail: { reason: 'EPROTO' } })
  expect(complaints).toEqual(['ERR_SSL_UNSUPPORTED_PROTOCOL'])
  expect(requests).toEqual([])
})
