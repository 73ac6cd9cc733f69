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
    defence: 'An answer at another registration’s redirect URI is refused (COAT, CORF)',
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
      find: '    ...sharedClients(file),\n',
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/registry/check-registry.test.ts',
      'refuses one client at one EHR for two apps (CX-04)',
    ),
  },
  {
    rows: [5, 6],
    defence: 'A token endpoint belongs to one issuer (audience injection)',
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
      file: 'src/core/discovery/cached-discovery.ts',
      find: '!hosts.includes(new URL(endpoint).host)',
      replace: 'hosts.length === 0',
    },
    shownBy: unit(
      'test/unit/core/discovery/cached-discovery.test.ts',
      'on a host that the registry does not have',
    ),
  },
  {
    rows: [6],
    defence:
      'An assertion is for one server: its aud is one string, the token endpoint’s (audience injection)',
    patch: {
      file: 'src/core/oauth/client-authentication.ts',
      find: '            aud,\n',
      replace: '            aud: [aud, server.issuer],\n',
    },
    shownBy: unit(
      'test/unit/core/oauth/client-authentication.test.ts',
      'signs an assertion as SMART has it',
    ),
  },
  {
    rows: [6],
    defence: 'No document of a server says for whom an assertion is (audience injection)',
    patch: {
      file: 'src/core/oauth/client-authentication.ts',
      find: "assertionAudience(connection, server.token_endpoint ?? '')",
      replace: "assertionAudience(connection, server.token_endpoint ?? '') ?? server.issuer",
    },
    shownBy: unit(
      'test/unit/core/oauth/client-authentication.test.ts',
      'signs nothing for an issuer that only the server’s document names',
    ),
  },
  {
    rows: [6],
    defence: 'Assertions for two servers have two audiences (audience injection)',
    patch: {
      file: 'src/core/registry/check-discovered.ts',
      find: 'places.filter(({ value }) => value.audience !== undefined)',
      replace: "places.filter(({ value }) => value.audience === '')",
    },
    shownBy: unit(
      'test/unit/core/registry/apply-registry.test.ts',
      'refuses assertions for two servers with one audience',
    ),
  },
  {
    rows: [8, 9],
    defence: 'An issuer that was asked is the one that answers',
    patch: {
      file: 'src/core/discovery/discover.ts',
      find: 'known !== undefined && facts.issuer !== known',
      replace: 'known === facts.endpoints.jwks_uri',
    },
    shownBy: unit(
      'test/unit/core/discovery/discover.test.ts',
      'wants the issuer that was asked to be the one that answers',
    ),
  },
  {
    rows: [9],
    defence: 'No endpoint is by http where the EHR is not',
    patch: {
      file: 'src/core/discovery/discovered-facts.ts',
      find: "!['https:', protocol].includes(url.protocol)",
      replace: 'protocol === url.hash',
    },
    shownBy: unit('test/unit/core/discovery/discover.test.ts', 'an endpoint by http'),
  },
  {
    rows: [4],
    defence: 'Documents of two servers are not mixed',
    patch: {
      file: 'src/core/discovery/merge-facts.ts',
      find: '(source.isRegistered || sameServer(source.facts, first.facts))',
      replace: 'source.facts.features !== undefined',
    },
    shownBy: unit(
      'test/unit/core/discovery/merge-facts.test.ts',
      'takes nothing from a document of another server',
    ),
  },
  {
    rows: [17],
    defence: 'A renewed answer about another patient ends the session',
    patch: {
      file: 'src/core/tokens/refresh-grant.ts',
      find: 'grant.patient !== session.patient',
      replace: 'grant.patient === undefined',
    },
    shownBy: unit('test/unit/core/tokens/refresh-grant.test.ts', 'is refused for another patient'),
  },
  {
    rows: [17],
    defence: 'A renewed ID token is of the person who signed on',
    patch: {
      file: 'src/core/tokens/check-renewed-id-token.ts',
      find: "if (iss !== idTokenIssuer || sub !== subject) return 'changed'",
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/tokens/refresh-grant.test.ts',
      'is refused, and the tokens with it, for another',
    ),
  },
  {
    rows: [17],
    defence: 'A patient on another server is nobody',
    patch: {
      file: 'src/core/oauth/resource-id.ts',
      find: 'return ID.test(id) ? id : null',
      replace: "return id.split('/').at(-1) ?? null",
    },
    shownBy: unit(
      'test/unit/core/oauth/normal-form-context.test.ts',
      'a patient on another server',
    ),
  },
  {
    rows: [17],
    defence: 'An ID token is signed by its server',
    patch: {
      file: 'src/core/redirect/check-id-token.ts',
      find: 'await keys.check(server, answer, hosts)',
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/redirect/check-id-token.test.ts',
      'refuses a signature that is not the server’s',
    ),
  },
  {
    rows: [17],
    defence: 'An issuer of many tenants is that of the token’s own tenant',
    patch: {
      file: 'src/core/redirect/issuer-alias.ts',
      find: ".replaceAll('{tenantid}', tenantId ?? '')",
      replace: ".replaceAll('{tenantid}', '*')",
    },
    shownBy: unit(
      'test/unit/core/redirect/check-id-token.test.ts',
      'takes the issuer of the tenant that the token is of',
    ),
  },
  {
    rows: [17],
    defence: 'Userinfo is about the person of the ID token',
    patch: {
      file: 'src/core/identity/read-user-claims.ts',
      find: "if (subject !== undefined && claims.sub !== subject) throw unknown('subject_mismatch')",
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/identity/read-user-claims.test.ts',
      'refuses userinfo about somebody else',
    ),
  },
]
