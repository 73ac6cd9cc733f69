import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createEgress } from '#adapters/egress/egress.ts'
import { SELF_SIGNED } from '../../../support/certificates.ts'

test('sends nothing to a server whose certificate nobody vouches for (SM-04)', async () => {
  const requests: (string | undefined)[] = []
  const server = createServer(SELF_SIGNED, (request, response) => {
    requests.push(request.url)
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const egress = createEgress({
    upstreams: 'loopback',
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  })

  await expect(egress(`https://ehr.example:${port}/token`)).rejects.toMatchObject({
    code: 'upstream_unavailable',
    detail: { host: `ehr.example:${port}`, reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  })
  expect(requests).toEqual([])
})
