import { type Defence, unit } from '../defence.ts'

/** What passes the FHIR door. */
export const FHIR_DOOR_DEFENCES: readonly Defence[] = [
  {
    rows: [10],
    defence: 'A link to a further page shows nothing of the EHR’s query',
    patch: {
      file: 'src/core/fhir/ehr-addresses.ts',
      find: "if (relation === 'self' && !isPage && ",
      replace: 'if (',
    },
    shownBy: unit('test/unit/core/fhir/ehr-addresses.test.ts', 'puts a page on the path'),
  },
  {
    rows: [9, 10],
    defence: 'A page is at the FHIR base or a registered host, when it is asked for',
    patch: {
      file: 'src/core/fhir/ehr-addresses.ts',
      find: 'return isThere ? url : undefined',
      replace: 'return url',
    },
    shownBy: unit('test/unit/core/fhir/ehr-addresses.test.ts', 'does not find'),
  },
  {
    rows: [10, 15],
    defence: 'A link to a further page is of its session, connection and path',
    patch: {
      file: 'src/core/fhir/page-link.ts',
      find: "JSON.stringify(['page', session, connection, ...path])",
      replace:
        "JSON.stringify(['page', session.length < 0, connection.length < 0, path.length < 0])",
    },
    shownBy: unit('test/unit/core/fhir/page-link.test.ts', 'does not open'),
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
    rows: [13],
    defence: 'An entry of a batch means the same to whoever reads it',
    patch: {
      file: 'src/core/fhir/batch/unambiguous.ts',
      find: 'members?.has(folded) || (spelling !== undefined && spelling !== name)',
      replace: 'members?.has(folded.repeat(2))',
    },
    shownBy: unit('test/lambdas/fhir-grants.test.ts', 'is read in one way only'),
  },
  {
    rows: [13],
    defence: 'All of an entry’s query is looked at',
    patch: {
      file: 'src/core/fhir/batch/entry-url.ts',
      find: 'query: url.slice(at + 1) }',
      replace: "query: url.split('?')[1] ?? '' }",
    },
    shownBy: unit('test/lambdas/fhir-grants.test.ts', 'narrowed to one category'),
  },
  {
    rows: [10],
    defence: 'A link in a Bundle that somebody stored is in no narrower scope than all',
    patch: {
      file: 'src/core/fhir/page-links.ts',
      find: 'isPage && depth > searched.depth',
      replace: 'isPage && depth > 99',
    },
    shownBy: unit('test/lambdas/fhir-grants.test.ts', 'where a Bundle that somebody stored has it'),
  },
  {
    rows: [12, 9],
    defence: 'A redirect leads within the FHIR base only',
    patch: {
      file: 'src/core/fhir/serve-in-session.ts',
      find: 'return pageUrl(target, connection.fhirBaseUrl)?.href === href ? new URL(href) : undefined',
      replace: 'return target ? new URL(href) : undefined',
    },
    shownBy: unit('test/lambdas/fhir-http.test.ts', 'follows the EHR’s redirect within its base'),
  },
  {
    rows: [18],
    defence: 'A request for another patient is not sent, where the connection guards that',
    patch: {
      file: 'src/core/fhir/guards/patient-guard.ts',
      find: 'if (asked.some((one) => one !== patient)) throw mismatch()',
      replace: '',
    },
    shownBy: unit('test/lambdas/fhir-guards.test.ts', 'in a session with a patient'),
  },
  {
    rows: [18],
    defence: 'An answer about another patient is not passed on, where the connection guards that',
    patch: {
      file: 'src/core/fhir/serve-in-session.ts',
      find: 'isGuarded ? await checkAnsweredPatient(answered, guarded) : answered',
      replace: 'isGuarded ? answered : answered',
    },
    shownBy: unit('test/lambdas/fhir-guards.test.ts', 'where the EHR answers'),
  },
  {
    rows: [18],
    defence: 'An app that expects another patient is stopped before anything is sent',
    patch: {
      file: 'src/core/fhir/serve-in-session.ts',
      find: '  checkExpectedPatient(request, session.patient)\n',
      replace: '',
    },
    shownBy: unit('test/lambdas/fhir-guards.test.ts', 'stops a request for'),
  },
  {
    rows: [25],
    defence: 'Every request has an audit record, a refused one too',
    patch: {
      file: 'src/core/fhir/audit/audited.ts',
      find: '    await record({ status, code, bytes: 0, isCutOff: false })\n',
      replace: '',
    },
    shownBy: unit('test/lambdas/fhir-audit.test.ts', 'has a record of a request with'),
  },
  {
    rows: [19, 25],
    defence: 'An audit record holds nothing of what was asked by',
    patch: {
      file: 'src/core/fhir/audit/audit-record.ts',
      find: '      method,\n      code,\n',
      replace: '      method,\n      code,\n      String(ask.parameters),\n',
    },
    shownBy: unit('test/lambdas/fhir-audit.test.ts', 'holds no content'),
  },
]
