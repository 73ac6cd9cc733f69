import { normalIssuer } from './normal-issuer.ts'
import { type Problem, placed } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

/** What a stack may reach, as its `upstreams` says. */
export type Reach = 'public' | 'loopback'

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Addresses are such as the stack will reach: https, or loopback in a stack that reaches that only. */
export function checkAddresses(
  { apps, connections }: RegistryFile,
  upstreams: Reach,
): readonly Problem[] {
  const check = (path: string, address: string | undefined) =>
    address === undefined ? [] : checkAddress(path, address, upstreams)

  return [
    ...placed('apps', apps).flatMap(({ path, value: { ssoDestination, webhook, clients } }) => [
      ...check(`${path}.webhook.url`, webhook?.url),
      ...(ssoDestination
        ? [
            ...check(`${path}.ssoDestination.url`, ssoDestination.url),
            ...check(`${path}.ssoDestination.errorUrl`, ssoDestination.errorUrl),
            ...placed(
              `${path}.ssoDestination.redirectOrigins`,
              ssoDestination.redirectOrigins,
            ).flatMap((origin) => [
              ...check(origin.path, origin.value),
              ...checkOrigin(origin.path, origin.value),
            ]),
          ]
        : []),
      ...placed(`${path}.clients`, clients).flatMap((client) =>
        check(`${client.path}.jwksUri`, client.value.jwksUri),
      ),
    ]),
    ...placed('connections', connections).flatMap(({ path, value }) => [
      ...check(`${path}.fhirBaseUrl`, value.fhirBaseUrl),
      ...checkIssuer(`${path}.fhirBaseUrl`, value.fhirBaseUrl ?? ''),
      ...check(`${path}.landingUrl`, value.landingUrl),
      ...(value.signOn?.scheme === 'signed-link' && value.signOn.link.format === 'jwt'
        ? check(`${path}.signOn.link.jwksUri`, value.signOn.link.jwksUri)
        : []),
      ...(value.signOn?.scheme === 'oidc'
        ? check(`${path}.signOn.idp.issuer`, value.signOn.idp.issuer)
        : []),
      ...(value.signOn?.scheme === 'saml'
        ? [
            ...check(`${path}.signOn.idp.ssoUrl`, value.signOn.idp.ssoUrl),
            ...check(`${path}.signOn.idp.sloUrl`, value.signOn.idp.sloUrl),
          ]
        : []),
      ...Object.entries(value.authorizationServer ?? {}).flatMap(([name, address]) =>
        check(`${path}.authorizationServer.${name}`, address),
      ),
      ...check(`${path}.userRequest.url`, value.userRequest?.url),
      ...placed(`${path}.frameAncestors`, value.frameAncestors ?? []).flatMap((origin) =>
        check(origin.path, origin.value),
      ),
    ]),
  ]
}

function checkAddress(path: string, address: string, upstreams: Reach): readonly Problem[] {
  const url = URL.parse(address)
  if (!url) return [{ path, message: 'This is not a URL. Write it in full: https://….' }]

  if (upstreams === 'loopback') {
    if (LOOPBACK_HOST.test(url.hostname)) return []
    return [
      {
        path,
        message: `"${url.host}" is not on this machine, and this stack reaches nothing else (its upstreams is "loopback"). Use a loopback address.`,
      },
    ]
  }
  if (url.protocol === 'https:') return []
  return [{ path, message: `"${url.host}" is addressed by http. Use https.` }]
}

function checkOrigin(path: string, address: string): readonly Problem[] {
  const url = URL.parse(address)
  if (!url || url.origin === address) return []
  return [
    { path, message: `This is more than an origin, or not its plain form. Write "${url.origin}".` },
  ]
}

function checkIssuer(path: string, address: string): readonly Problem[] {
  if (normalIssuer(address) !== undefined || !URL.canParse(address)) return []
  return [
    {
      path,
      message:
        'No launch’s iss could ever equal this address. Write it plainly: no user, query or fragment, no dot or empty segments, ASCII only.',
    },
  ]
}
