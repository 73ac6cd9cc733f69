import { contract, type Defence, stack, unit } from '../defence.ts'

/** Floods, packages, and switches that turn checks off. */
export const PLATFORM_DEFENCES: readonly Defence[] = [
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
    defence: 'One address can begin so many launches',
    patch: { file: 'lib/constructs/web-acl.ts', find: '(launch|redirect|', replace: '(redirect|' },
    shownBy: stack('test/stack/option-waf.test.ts', 'counts an address’s launches'),
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
    rows: [24],
    defence: 'A token endpoint that fails is spared',
    patch: {
      file: 'src/core/tokens/circuit-breaker.ts',
      find: 'if (surplus < 0 && retryAfterSeconds === undefined)',
      replace: 'if (surplus < Infinity)',
    },
    shownBy: unit('test/unit/core/tokens/circuit-breaker.test.ts', 'opens after so many failures'),
  },
  {
    rows: [24],
    defence: 'A data key serves many token sets, so that KMS is asked for few',
    patch: {
      file: 'src/adapters/kms/token-vault.ts',
      find: 'maxMessagesEncrypted: 1_000',
      replace: 'maxMessagesEncrypted: 1',
    },
    shownBy: contract('test/contract/sealed-sessions.test.ts', 'seals a thousand sets'),
  },
  {
    rows: [26],
    defence: 'Dependencies are exact versions',
    patch: { file: 'package.json', find: '"jose": "', replace: '"jose": "^' },
    shownBy: unit('test/unit/rules/rules.test.ts', 'names each dependency by its exact version'),
  },
  {
    rows: [26],
    defence: 'A function is told where a secret is, and not the secret',
    patch: {
      file: 'lib/functions/launch-functions.ts',
      find: 'SSO_SECRETS_PREFIX: ssoSecrets.prefix,',
      replace: "SSO_SECRETS_PREFIX: '{{resolve:secretsmanager:sso}}',",
    },
    shownBy: stack('test/stack/functions.test.ts', 'are given no secret'),
  },
  {
    rows: [29],
    defence: 'No environment variable changes a check',
    patch: {
      file: 'src/http/require-navigation.ts',
      find: 'if (mode !== undefined',
      replace: "if (!process.env['DEBUG'] && mode !== undefined",
    },
    shownBy: unit('test/unit/rules/rules.test.ts', 'reads the environment in three files only'),
  },
]
