import { type Defence, unit } from '../defence.ts'

/** Whose session it is. */
export const SESSION_DEFENCES: readonly Defence[] = [
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
]
