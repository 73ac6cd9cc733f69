import { type Defence, unit } from '../defence.ts'

/** What the browser is shown, and where it is sent. */
export const PAGES_DEFENCES: readonly Defence[] = [
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
      file: 'src/http/accepted-sign-on.ts',
      find: 'statusCode: 303',
      replace: 'statusCode: 307',
    },
    shownBy: unit('test/lambdas/launch.test.ts', 'goes on by 303'),
  },
  {
    rows: [22],
    defence: 'A sign-on stands in the frames of its EHR only',
    patch: {
      file: 'src/http/pages/page.ts',
      find: '...(frameAncestors ? [',
      replace: '...(frameAncestors?.length === Infinity ? [',
    },
    shownBy: unit(
      'test/unit/http/pages/pages.test.ts',
      'stands in frames of these origins only, and in none where there is none',
    ),
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
    rows: [11],
    defence: 'The launch picker has addresses of its own only, whatever comes with the request',
    patch: {
      file: 'lambdas/launch/show-picker.ts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source, as it stands
      find: 'pickerUrl: `${publicBaseUrl}/launch/${app.id}`',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source, as it stands
      replace: "pickerUrl: parameters.get('url') ?? `${publicBaseUrl}/launch/${app.id}`",
    },
    shownBy: unit('test/lambdas/picker.test.ts', 'has no address but its own'),
  },
  {
    rows: [20],
    defence: 'The launch picker asks no other site for a logo',
    patch: {
      file: 'src/core/registry/brand-fields.ts',
      find: '/^data:image',
      replace: '/^https:|^data:image',
    },
    shownBy: unit(
      'test/unit/core/registry/parse-registry.test.ts',
      'takes a logo within the file only',
    ),
  },
  {
    rows: [22],
    defence: 'The launch picker stands in no frame',
    patch: {
      file: 'src/http/pages/picker-page.ts',
      find: '    frameAncestors: [],\n',
      replace: '',
    },
    shownBy: unit('test/lambdas/picker.test.ts', 'runs no script, stands in no frame'),
  },
]
