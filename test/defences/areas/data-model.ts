import { type Defence, unit } from '../defence.ts'

const DOOR = 'test/lambdas/data-model.test.ts'

const WRITES = 'test/lambdas/data-model-writes.test.ts'
const GUARD = 'test/lambdas/data-model-guard.test.ts'
const REFERENCES = 'test/unit/core/data-model/references.test.ts'
const ONCE = 'src/core/data-model/writes/write-once.ts'

/** What the Data Model API tells and writes, and of whom. */
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
  {
    rows: [18],
    defence: 'A reference to what a resource contains never leads into another resource',
    patch: {
      file: 'src/core/data-model/gather/references.ts',
      find: "typeof reference === 'string' && reference.startsWith('#')",
      replace: "typeof reference === 'string' && local === ''",
    },
    shownBy: unit(REFERENCES, 'means what the resource contains that it stands in'),
  },
  {
    rows: [24],
    defence: 'A message has so much read that others refer to, and no more',
    patch: {
      file: 'src/core/data-model/gather/references.ts',
      find: 'all.slice(0, MOST_READ)',
      replace: 'all',
    },
    shownBy: unit(REFERENCES, 'each once, and said where there are more'),
  },
  {
    rows: [24],
    defence: 'A message whose access to the EHR fails does not ask for it once for each search',
    patch: {
      file: 'src/core/data-model/gather/shared-token.ts',
      find: 'shared ??= tokens.freshAccessToken(session, options)',
      replace: 'shared = tokens.freshAccessToken(session, options)',
    },
    shownBy: unit('test/lambdas/data-model-access.test.ts', 'asks for that once'),
  },
  {
    rows: [18, 33],
    defence: 'A write is about the session’s patient, whatever else the message says',
    patch: {
      file: 'src/core/data-model/writes/resources.ts',
      find: 'await findPatient(identifiers, context)\n  const patient',
      replace: '{ id: identifiers[0]?.ID }\n  const patient',
    },
    shownBy: unit(GUARD, 'is not written of a patient whom an identifier says to be another'),
  },
  {
    rows: [18, 33],
    defence: 'An appointment in which another patient takes part is neither told nor called off',
    patch: {
      file: 'src/core/data-model/gather/gather.ts',
      find: 'subjects.every((subject)',
      replace: 'subjects.some((subject)',
    },
    shownBy: unit(GUARD, 'of another patient is not called off'),
  },
  {
    rows: [18, 33],
    defence: 'What is written is held to the app’s scope and the connection’s policy',
    patch: {
      file: 'src/core/data-model/gather/fhir-api.ts',
      find: 'permit(asked)\n    onAsk(asked)\n    await ask(url, judgeWritten, write)',
      replace: 'onAsk(asked)\n    await ask(url, judgeWritten, write)',
    },
    shownBy: unit(WRITES, 'is refused by a policy that only lets read'),
  },
  {
    rows: [33],
    defence: 'A message is checked against its schema before anything is sent',
    patch: {
      file: 'src/core/data-model/model.ts',
      find: 'const parsed = parseMessage(definition.message, message)',
      replace: 'const parsed = (parseMessage.length > 0 ? message : message) as Message',
    },
    shownBy: unit(WRITES, 'is refused, and nothing is sent: no contents'),
  },
  {
    rows: [33],
    defence: 'A message that comes again is looked for before it is written',
    patch: {
      file: ONCE,
      find: '!(await isThere(resource, identifier, api))',
      replace: '!(await isThere(resource, identifier, api)) || parts.length > 0',
    },
    shownBy: unit(WRITES, 'writes nothing twice'),
  },
  {
    rows: [33],
    defence: 'Two that come at once are told apart by the EHR: a create is on a condition',
    patch: {
      file: 'src/core/data-model/gather/fhir-api.ts',
      find: "const headers = {\n        'if-none-exist'",
      replace: "const headers = {\n        'x-none'",
    },
    shownBy: unit(WRITES, 'writes nothing twice'),
  },
  {
    rows: [33],
    defence: 'One id that is used for two messages loses neither',
    patch: { file: ONCE, find: 'Meta.Message?.ID, content]', replace: 'Meta.Message?.ID]' },
    shownBy: unit(WRITES, 'is another message where its id or its content is another'),
  },
  {
    rows: [33],
    defence: 'What broke off says what was written, and what was not',
    patch: {
      file: ONCE,
      find: 'if (told.written.length === 0 &&',
      replace: 'if (told.written.length < 99 &&',
    },
    shownBy: unit(WRITES, 'completes what was written in part'),
  },
  {
    rows: [33],
    defence: 'A write of which nobody knows is not said to be undone',
    patch: {
      file: ONCE,
      find: 'const isUnknown = UNKNOWN.includes(error.code)',
      replace: 'const isUnknown = UNKNOWN.length > 99 && UNKNOWN.includes(error.code)',
    },
    shownBy: unit(WRITES, 'writes once where the connection broke'),
  },
  {
    rows: [33],
    defence: 'An appointment is called off as it was read, or not at all',
    patch: {
      file: 'src/core/data-model/gather/fhir-api.ts',
      find: "typeof version === 'string'",
      replace: "typeof version === 'number'",
    },
    shownBy: unit(GUARD, 'that has changed since it was read'),
  },
]
