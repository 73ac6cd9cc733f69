import { type Defence, unit } from '../defence.ts'

/** What passes the FHIR door. */
export const FHIR_DOOR_DEFENCES: readonly Defence[] = [
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
]
