import { type Defence, unit } from '../defence.ts'

/** Which EHR and which authorization server is spoken to. */
export const AUTHORIZATION_SERVER_DEFENCES: readonly Defence[] = [
  {
    rows: [4],
    defence: 'An answer that names another issuer is refused',
    patch: {
      file: 'src/core/redirect/check-response-issuer.ts',
      find: 'iss === null ? issPromised : iss !== issuer',
      replace: 'iss === null && issPromised',
    },
    shownBy: unit(
      'test/unit/core/redirect/check-response-issuer.test.ts',
      'refuses the answer of another authorization server',
    ),
  },
  {
    rows: [4],
    defence: 'An answer without the issuer that the server promises is refused',
    patch: {
      file: 'src/core/redirect/check-response-issuer.ts',
      find: 'iss === null ? issPromised : iss !== issuer',
      replace: 'iss !== null && iss !== issuer',
    },
    shownBy: unit(
      'test/unit/core/redirect/check-response-issuer.test.ts',
      'refuses an answer without the promised issuer',
    ),
  },
  {
    rows: [4, 5],
    defence: 'An answer at another registration’s redirect URI is refused',
    patch: {
      file: 'src/core/redirect/check-callback.ts',
      find: 'if (redirectUri !== launch.redirectUri) {',
      replace: "if (redirectUri === '') {",
    },
    shownBy: unit(
      'test/unit/core/redirect/check-callback.test.ts',
      'refuses an answer at another redirect URI',
    ),
  },
  {
    rows: [4, 5],
    defence: 'Two apps at one EHR have redirect URIs of their own',
    patch: {
      file: 'src/core/registry/check-registry.ts',
      find: '    ...checkFileRedirectUris(file),\n',
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/registry/check-registry.test.ts',
      'each with its own client and redirect URI (CX-02)',
    ),
  },
  {
    rows: [4, 5],
    defence: 'Two apps at one authorization server have redirect URIs of their own',
    patch: {
      file: 'src/core/registry/resolve-registry.ts',
      find: '...checkRedirectUris(file, clientsAtServers(file, discovered))',
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/registry/apply-registry.test.ts',
      'refuses two apps at one authorization server without redirect URIs of their own',
    ),
  },
  {
    rows: [5],
    defence: 'A client belongs to one app',
    patch: {
      file: 'src/core/registry/check-ownership.ts',
      find: '...sharedClients(file), ',
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/registry/check-registry.test.ts',
      'refuses one client at one EHR for two apps (CX-04)',
    ),
  },
  {
    rows: [5],
    defence: 'A token endpoint belongs to one issuer',
    patch: {
      file: 'src/core/registry/check-discovered.ts',
      find: 'if (one.metadata.issuer === other.metadata.issuer) return false',
      replace: 'if (one.metadata.issuer) return false',
    },
    shownBy: unit(
      'test/unit/core/registry/apply-registry.test.ts',
      'refuses a token endpoint that two issuers claim (CX-05)',
    ),
  },
  {
    rows: [8],
    defence: 'Only a registered issuer launches',
    patch: {
      file: 'src/core/launch/find-launch-connection.ts',
      find: 'one.issuer === issuer',
      replace: 'one.issuer !== undefined',
    },
    shownBy: unit(
      'test/unit/core/launch/find-launch-connection.test.ts',
      'whichever kind of key it comes with',
    ),
  },
  {
    rows: [8, 9],
    defence: 'Discovered endpoints are on registered hosts',
    patch: {
      file: 'src/core/oauth/discovery.ts',
      find: 'if (!hosts.includes(host)) {',
      replace: 'if (hosts.length === 0) {',
    },
    shownBy: unit(
      'test/unit/core/oauth/discovery.test.ts',
      'on a host that the registry does not have',
    ),
  },
]
