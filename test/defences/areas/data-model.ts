import { type Defence, unit } from '../defence.ts'

const DOOR = 'test/lambdas/data-model.test.ts'

/** What the Data Model API tells, and of whom. */
export const DATA_MODEL_DEFENCES: readonly Defence[] = [
  {
    rows: [18],
    defence: 'A message is answered from what is about its patient alone',
    patch: {
      file: 'src/core/data-model/gather/gather.ts',
      find: 'resources.filter((resource) => isAbout(resource, patient, api))',
      replace: 'resources.filter((resource) => isAbout(resource, patient, api) || true)',
    },
    shownBy: unit('test/unit/core/data-model/odd-resources.test.ts', 'with nothing of a stranger'),
  },
  {
    rows: [18],
    defence: 'A patient of another server, by the same id, is another patient',
    patch: {
      file: 'src/core/data-model/gather/fhir-api.ts',
      find: ': reference\n      return /^[A-Z]',
      replace: ": reference.replace(/^https?:.*\\/(?=[A-Z])/, '')\n      return /^[A-Z]",
    },
    shownBy: unit(DOOR, 'leaves out what is about another patient'),
  },
  {
    rows: [18],
    defence: 'A message about another patient than the session’s is refused by the FHIR id',
    patch: {
      file: 'src/core/data-model/find-patient.ts',
      find: '[...ids].some((one) => one !== session.patient)',
      replace: '[...ids].some((one) => one === undefined)',
    },
    shownBy: unit(DOOR, 'refuses another patient than the session’s'),
  },
  {
    rows: [18],
    defence: 'A message about another patient than the session’s is refused by any identifier',
    patch: {
      file: 'src/core/data-model/find-patient.ts',
      find: 'if (!isMet) throw',
      replace: 'if (!isMet && judged.length > 99) throw',
    },
    shownBy: unit(DOOR, 'refuses another patient than the session’s'),
  },
  {
    rows: [18],
    defence: 'A search for patients tells of nobody who does not match',
    patch: {
      file: 'src/core/data-model/patient-search/patient-search.ts',
      find: 'keep: (one) => isMatch(one, person),',
      replace: 'keep: () => true,',
    },
    shownBy: unit(
      'test/lambdas/data-model-patient-search.test.ts',
      'takes nobody for a match because the EHR did',
    ),
  },
  {
    rows: [9, 10],
    defence: 'The pages of a message’s searches are at the FHIR base, or a registered host',
    patch: {
      file: 'src/core/data-model/gather/fhir-api.ts',
      find: 'pageUrl(ofBase, base, pagingHosts)',
      replace: 'pageUrl(ofBase, base, [...pagingHosts, target.host])',
    },
    shownBy: unit(DOOR, 'follows no page to another host'),
  },
  {
    rows: [15],
    defence: 'Meta.SessionID is a session like one in the query: two that differ are refused',
    patch: {
      file: 'src/core/data-model/handle-message.ts',
      find: '...request.header(SESSION_HEADER), ...sessionIn(message)',
      replace: '...request.header(SESSION_HEADER), ...sessionIn(message).slice(1)',
    },
    shownBy: unit(DOOR, 'refuses two sessions'),
  },
]
