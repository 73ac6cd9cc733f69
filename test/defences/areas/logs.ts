import { type Defence, stack, unit } from '../defence.ts'

/** What is written down. */
export const LOGS_DEFENCES: readonly Defence[] = [
  {
    rows: [19],
    defence: 'A secret prints as nothing',
    patch: {
      file: 'src/core/secret.ts',
      find: "toJSON(): string {\n    return '[secret]'",
      replace: 'toJSON(): string {\n    return this.#value',
    },
    shownBy: unit('test/unit/core/oauth/normal-form.test.ts', 'never prints a token'),
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
    rows: [19],
    defence:
      'WAF writes down nothing of a query or a body, nor which part of it a rule has matched',
    patch: {
      file: 'lib/constructs/web-acl.ts',
      find: "action: 'SUBSTITUTION', excludeRuleMatchDetails: false",
      replace: "action: 'SUBSTITUTION', excludeRuleMatchDetails: true",
    },
    shownBy: stack('test/stack/option-waf.test.ts', 'writes down no path, query, body'),
  },
  {
    rows: [19],
    defence: 'What is read from logs is printed by field, and never as a line has it',
    patch: {
      file: 'src/cli/why/log-line.ts',
      find: 'const EVENT = z.object({',
      replace: 'const EVENT = z.looseObject({',
    },
    shownBy: unit(
      'test/unit/cli/why/log-line.test.ts',
      'keeps an event’s own fields and no others, whoever wrote the line',
    ),
  },
]
