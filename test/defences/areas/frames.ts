import { type Defence, unit } from '../defence.ts'

/** Launches in an EHR's frame, and what an app's own pages stand on there. */
export const FRAMES_DEFENCES: readonly Defence[] = [
  {
    rows: [1, 2, 23],
    defence: 'A launch that no cookie binds goes on in a frame only',
    patch: {
      file: 'src/http/presented-bindings.ts',
      find: '    isInFrame(request) &&\n',
      replace: '',
    },
    shownBy: unit('test/unit/http/presented-bindings.test.ts', 'is nothing in a window of its own'),
  },
  {
    rows: [1, 23],
    defence: 'A launch that no cookie binds goes on where a page led only',
    patch: {
      file: 'src/http/presented-bindings.ts',
      find: "    site !== 'none'",
      replace: "    site !== 'never'",
    },
    shownBy: unit(
      'test/unit/http/presented-bindings.test.ts',
      'is nothing in an address that was typed',
    ),
  },
  {
    rows: [23],
    defence:
      'A launch without cookies opens in a window of its own, unless its connection says otherwise',
    patch: {
      file: 'lambdas/launch/without-cookies.ts',
      find: "connection.withoutCookies ?? 'new-window'",
      replace: "connection.withoutCookies ?? 'weaker-binding'",
    },
    shownBy: unit('test/lambdas/frame-launch.test.ts', 'without cookies begins nothing'),
  },
  {
    rows: [23],
    defence: 'A launch that no cookie binds lives for three minutes',
    patch: {
      file: 'src/core/launch/begin-launch.ts',
      find: 'weakBinding ? WEAK_LIFETIME_SECONDS : LAUNCH_LIFETIME_SECONDS',
      replace: 'weakBinding ? LAUNCH_LIFETIME_SECONDS + WEAK_LIFETIME_SECONDS : 600',
    },
    shownBy: unit('test/lambdas/frame-launch.test.ts', 'for three minutes, and is counted'),
  },
  {
    rows: [2, 22, 23],
    defence: 'A launch goes on without cookies in frames only that the registry names',
    patch: {
      file: 'src/core/registry/check-connections.ts',
      find: "withoutCookies !== 'weaker-binding' || frameAncestors.length > 0",
      replace: "withoutCookies !== 'weaker-binding' || frameAncestors.length >= 0",
    },
    shownBy: unit(
      'test/unit/core/registry/check-registry.test.ts',
      'lets a launch go on without cookies in named frames only',
    ),
  },
  {
    rows: [20, 21],
    defence: 'A launch that is sent here once more is sent by 303, and tells nobody its address',
    patch: {
      file: 'lambdas/launch/without-cookies.ts',
      find: 'statusCode: 303',
      replace: 'statusCode: 307',
    },
    shownBy: unit('test/lambdas/frame-launch.test.ts', 'by POST is first sent here once more'),
  },
  {
    rows: [2, 18],
    defence: 'A visit at the app opens by its own cookie only',
    patch: {
      file: 'client/visits.ts',
      find: 'secret !== undefined && (await sessionKey(secret)) === secretHash',
      replace: "(await sessionKey(secret ?? '')) !== '' || secretHash === ''",
    },
    shownBy: unit('test/unit/client/visits.test.ts', 'is not found without its cookie'),
  },
  {
    rows: [32],
    defence: 'A form of another site signs nobody off',
    patch: {
      file: 'src/sandbox/demo-app/start-demo-app.ts',
      find: "request.headers.get('sec-fetch-site') === 'cross-site'",
      replace: "request.headers.get('sec-fetch-site') === 'never'",
    },
    shownBy: unit('test/unit/sandbox/demo-app.test.ts', 'is not for a form of another site'),
  },
  {
    rows: [18, 32],
    defence: 'The demo app forgets a visit whose session is over',
    patch: {
      file: 'src/sandbox/demo-app/start-demo-app.ts',
      find: '      visits.end(visit.key)\n      return sessionOver',
      replace: '      return sessionOver',
    },
    shownBy: unit('test/unit/sandbox/demo-app.test.ts', 'says when the session is over'),
  },
]
