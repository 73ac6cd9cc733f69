import type { Defence } from './defence.ts'

const unit = (file: string, test: string) => ({ project: 'unit', file, test }) as const
const contract = (file: string, test: string) => ({ project: 'contract', file, test }) as const
const stack = (file: string, test: string) => ({ project: 'stack', file, test }) as const

/** Every defense that is proved by taking it out, in the order of `docs/threats.md`. */
export const DEFENCES: readonly Defence[] = [
  {
    rows: [1],
    defence: 'A launch begins by navigation only',
    patch: {
      file: 'src/http/require-navigation.ts',
      find: "mode !== undefined && mode !== 'navigate'",
      replace: "mode === 'never'",
    },
    shownBy: unit('test/lambdas/launch.test.ts', 'begins by a navigation only'),
  },
  {
    rows: [1, 7],
    defence: 'A state and a ticket are taken once',
    patch: {
      file: 'src/adapters/dynamodb/one-time-store.ts',
      find: '(attribute_not_exists(takenBy) OR takenBy = :nonce)',
      replace: '(attribute_exists(id) OR takenBy = :nonce)',
    },
    shownBy: contract(
      'test/contract/dynamodb-one-time-store.test.ts',
      'gives a record to exactly one of fifty concurrent takers',
    ),
  },
  {
    rows: [1, 2],
    defence: 'A state and a ticket are taken in the browser that launched only',
    patch: {
      file: 'src/adapters/dynamodb/one-time-store.ts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source, as it stands
      find: "`cookieHash IN (${Object.keys(hashValues).join(', ')})",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source, as it stands
      replace: "`(attribute_exists(id) OR cookieHash IN (${Object.keys(hashValues).join(', ')}))",
    },
    shownBy: contract(
      'test/contract/dynamodb-one-time-store.test.ts',
      'takes nothing for a wrong browser',
    ),
  },
  {
    rows: [2, 3],
    defence: 'A ticket is posted by our own page only',
    patch: {
      file: 'lambdas/sso/handler.ts',
      find: "(site) => site !== 'same-origin'",
      replace: '() => false',
    },
    shownBy: unit('test/lambdas/sso.test.ts', 'is not taken from'),
  },
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
    rows: [7],
    defence: 'Every authorization request has an S256 challenge',
    patch: {
      file: 'src/core/launch/begin-launch.ts',
      find: "code_challenge_method: 'S256'",
      replace: "code_challenge_method: 'plain'",
    },
    shownBy: unit('test/lambdas/launch.test.ts', 'asks with an S256 challenge'),
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
  {
    rows: [9],
    defence: 'Private, link-local and reserved addresses are out of reach',
    patch: {
      file: 'src/adapters/egress/address-rule.ts',
      find: "if (parsed.range() !== 'unicast') return false",
      replace: '',
    },
    shownBy: unit(
      'test/unit/adapters/egress/address-rule.test.ts',
      'never lets an IPv4 address of a special range pass as public',
    ),
  },
  {
    rows: [9],
    defence: 'One forbidden address of a name refuses them all',
    patch: {
      file: 'src/adapters/egress/checked-lookup.ts',
      find: '!addresses.every(',
      replace: '!addresses.some(',
    },
    shownBy: unit('test/unit/adapters/egress/egress.test.ts', 'refuses a name that resolves to'),
  },
  {
    rows: [9],
    defence: 'A request goes to the hosts of its registration only',
    patch: {
      file: 'src/adapters/egress/permitted-url.ts',
      find: 'if (hosts && ',
      replace: 'if (hosts?.length === 0 && ',
    },
    shownBy: unit('test/unit/adapters/egress/egress.test.ts', 'goes only to the hosts it is given'),
  },
  {
    rows: [11],
    defence: 'The browser moves on to registered origins only',
    patch: {
      file: 'src/core/sso/judge-answer.ts',
      find: "if (!redirectOrigins.includes(url.origin)) throw refused('origin')",
      replace: '',
    },
    shownBy: unit('test/unit/core/sso/judge-answer.test.ts', 'goes nowhere after'),
  },
  {
    rows: [12],
    defence: 'Listed header fields alone reach the EHR',
    patch: {
      file: 'src/core/fhir/upstream-request.ts',
      find: 'const PASSED_ON = [',
      replace: "const PASSED_ON = [ 'cookie', 'x-forwarded-host', 'x-forwarded-for',",
    },
    shownBy: unit(
      'test/unit/core/fhir/upstream-request.test.ts',
      'of the app’s header fields only those listed',
    ),
  },
  {
    rows: [12],
    defence: 'Listed header fields alone reach the app',
    patch: {
      file: 'src/core/fhir/answer-headers.ts',
      find: 'const PASSED_ON = [',
      replace: "const PASSED_ON = [ 'set-cookie', 'server', 'www-authenticate',",
    },
    shownBy: unit('test/unit/core/fhir/answer.test.ts', 'passes the listed header fields'),
  },
  {
    rows: [13],
    defence: 'A path’s segments hold listed characters only',
    patch: {
      file: 'src/core/fhir/fhir-path.ts',
      find: '!SEGMENT.test(segment)',
      replace: "segment === ''",
    },
    shownBy: unit('test/unit/core/fhir/fhir-path.test.ts', 'refuses'),
  },
  {
    rows: [13],
    defence: 'An address stays below the FHIR base, whatever the path',
    patch: {
      file: 'src/core/fhir/upstream-request.ts',
      find: "if (!isWithin) throw new BrokerError('fhir_path_invalid')",
      replace: '',
    },
    shownBy: unit('test/unit/core/fhir/upstream-request.test.ts', 'never leaves the base'),
  },
  {
    rows: [14],
    defence: 'A SessionID in the query stays here',
    patch: {
      file: 'src/core/fhir/upstream-request.ts',
      find: 'name !== SESSION_PARAMETER && ',
      replace: '',
    },
    shownBy: unit('test/unit/core/fhir/upstream-request.test.ts', 'leaves the session out'),
  },
  {
    rows: [14, 15],
    defence: 'A session is its own app’s only',
    patch: {
      file: 'src/core/session/find-session.ts',
      find: '!session || session.app !== app',
      replace: '!session',
    },
    shownBy: unit('test/lambdas/fhir.test.ts', 'an idle one and another app’s'),
  },
  {
    rows: [19],
    defence: 'A secret prints as nothing',
    patch: {
      file: 'src/core/secret.ts',
      find: "toJSON(): string {\n    return '[secret]'",
      replace: 'toJSON(): string {\n    return this.#value',
    },
    shownBy: unit('test/unit/core/oauth/token-grant.test.ts', 'never prints a token'),
  },
  {
    rows: [19],
    defence: 'The access log names a route, and no path',
    patch: {
      file: 'lib/constructs/access-log-fields.ts',
      find: 'AccessLogField.contextResourcePath()',
      replace: 'AccessLogField.contextPath()',
    },
    shownBy: stack('test/stack/broker-api.test.ts', 'says nothing that a caller wrote'),
  },
  {
    rows: [20],
    defence: 'No page tells the next site where the person comes from',
    patch: {
      file: 'src/http/pages/page.ts',
      find: "'referrer-policy': 'no-referrer'",
      replace: "'referrer-policy': 'unsafe-url'",
    },
    shownBy: unit('test/unit/http/pages/pages.test.ts', 'is kept by no cache'),
  },
  {
    rows: [21],
    defence: 'A launch goes on by 303',
    patch: {
      file: 'lambdas/launch/handler.ts',
      find: 'statusCode: 303',
      replace: 'statusCode: 307',
    },
    shownBy: unit('test/lambdas/launch.test.ts', 'goes on by 303'),
  },
  {
    rows: [22],
    defence: 'A page’s form posts to its own address only',
    patch: {
      file: 'src/http/pages/page.ts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source, as it stands
      find: '`form-action ${formAction ?? "\'none\'"}`',
      replace: "`form-action *`, formAction ?? ''",
    },
    shownBy: unit('test/unit/http/pages/pages.test.ts', 'may post to no other address'),
  },
  {
    rows: [24],
    defence: 'Routes of persons and tokens are throttled',
    patch: {
      file: 'lib/constructs/routes.ts',
      find: 'rate: 200, burst: 400',
      replace: 'rate: 20_000, burst: 40_000',
    },
    shownBy: stack('test/stack/broker-api.test.ts', 'are throttled'),
  },
  {
    rows: [24],
    defence: 'What an instance remembers is bounded',
    patch: {
      file: 'src/core/recent-map.ts',
      find: 'if (entries.size <= most) return',
      replace: 'if (entries.size <= Infinity) return',
    },
    shownBy: unit('test/unit/core/recent-map.test.ts', 'forgets the others'),
  },
  {
    rows: [26],
    defence: 'Dependencies are exact versions',
    patch: { file: 'package.json', find: '"jose": "', replace: '"jose": "^' },
    shownBy: unit('test/unit/rules/rules.test.ts', 'names each dependency by its exact version'),
  },
  {
    rows: [29],
    defence: 'No environment variable changes a check',
    patch: {
      file: 'src/http/require-navigation.ts',
      find: 'if (mode !== undefined',
      replace: "if (!process.env['DEBUG'] && mode !== undefined",
    },
    shownBy: unit('test/unit/rules/rules.test.ts', 'reads the environment in two files only'),
  },
  {
    rows: [30],
    defence: 'Certificates are verified',
    patch: {
      file: 'src/adapters/egress/exchange.ts',
      find: '      agent,\n    })',
      replace: '      agent,\n      rejectUnauthorized: false,\n    })',
    },
    shownBy: unit(
      'test/unit/adapters/egress/egress-tls.test.ts',
      'sends nothing to a server whose certificate nobody vouches for',
    ),
  },
  {
    rows: [30],
    defence: 'Nothing can turn the verification of certificates off',
    patch: {
      file: 'src/adapters/egress/agents.ts',
      find: 'keepAlive: true, timeout: IDLE_MS',
      replace: 'keepAlive: true, timeout: IDLE_MS, rejectUnauthorized: false',
    },
    shownBy: unit('test/unit/rules/rules.test.ts', 'never turns the verification of certificates'),
  },
]
