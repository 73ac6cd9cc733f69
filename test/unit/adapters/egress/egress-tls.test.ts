import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createEgress } from '#adapters/egress/egress.ts'

/** Of no use but here: nobody trusts the certificate, which is what the test is about. */
const SELF_SIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgT+9U9Wsvo7/1mKld
Bkf6YpXVMo/rHved+k0YVytTc2ehRANCAAQ5p5obS8cQTeZVQh6eG7qwnSjSDJx+
AMBdpQeLmdiLdc9gCTu+PHLAbpnKdFUKEiSB841RF2dX6I6fTktkf9Q9
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUVW1vcKCqwZByNvJs3+FRrcV8HVIwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLZWhyLmV4YW1wbGUwIBcNMjYxMTI0MDAxMzI4WhgPMjEyNjEw
MzEwMDEzMjhaMBYxFDASBgNVBAMMC2Voci5leGFtcGxlMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEOaeaG0vHEE3mVUIenhu6sJ0o0gycfgDAXaUHi5nYi3XPYAk7
vjxywG6ZynRVChIkgfONURdnV+iOn05LZH/UPaNrMGkwHQYDVR0OBBYEFIlNzIF4
VorWBesPpLsJrEvoD81NMB8GA1UdIwQYMBaAFIlNzIF4VorWBesPpLsJrEvoD81N
MA8GA1UdEwEB/wQFMAMBAf8wFgYDVR0RBA8wDYILZWhyLmV4YW1wbGUwCgYIKoZI
zj0EAwIDRwAwRAIgHXFWqdoVbwBPUYMtx8Q4Hi1Hl07ySKclq+K4ka9nCW8CIC9P
Io075Bs2xe1YOUP0AeYsNlS9FOV6rFtZfUsdcGxM
-----END CERTIFICATE-----`,
}

test('sends nothing to a server whose certificate nobody vouches for', async () => {
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
