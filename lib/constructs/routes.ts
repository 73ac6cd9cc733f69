import { Duration } from 'aws-cdk-lib'

/** The functions that requests come in by. */
export const DOORS = [
  'launch',
  'redirect',
  'sso',
  'fhir',
  'data-model',
  'token',
  'session',
  'logout',
  'saml',
] as const

export type Door = (typeof DOORS)[number]

/** Requests a second, and at once. */
export interface Throttle {
  readonly rate: number
  readonly burst: number
}

export interface Route {
  readonly path: string
  readonly methods: readonly string[]
  readonly door: Door
  /** Whom the function lets in, as API Gateway itself asks nobody who they are. */
  readonly admits: string
  /** Absent, the stage's own limit. */
  readonly throttle?: Throttle
  /** The answer is passed on as it comes, for so long at most; absent, it is buffered. */
  readonly streamedFor?: Duration
}

/** A launch is a person's step, a token an app's every few minutes: floods of either are attacks. */
export const SELDOM = { rate: 200, burst: 400 }

const IN_THE_SESSION =
  'An app with an access token of its own, for a session of its own: the fhir function demands both.'

/** Every route, in the order that a launch and its app take them. */
export const ROUTES: readonly Route[] = [
  {
    path: '/launch/{key}',
    methods: ['GET', 'POST'],
    door: 'launch',
    admits:
      'Anybody: a launch begins before anyone has signed on, and goes to a registered EHR only.',
    throttle: SELDOM,
  },
  ...['/redirect', '/redirect/{registration}'].map((path) => ({
    path,
    methods: ['GET', 'POST'],
    door: 'redirect' as const,
    admits: 'The browser that holds the cookie of the launch whose state the answer carries.',
    throttle: SELDOM,
  })),
  {
    path: '/saml/{connection}/metadata',
    methods: ['GET'],
    door: 'saml',
    admits: 'Anybody: addresses and public keys, for identity providers to import.',
    throttle: SELDOM,
  },
  {
    path: '/saml/{connection}/login',
    methods: ['GET'],
    door: 'saml',
    admits:
      'Anybody: a sign-on begins before anyone has signed on, and goes to the registered provider.',
    throttle: SELDOM,
  },
  {
    path: '/saml/{connection}/acs',
    methods: ['POST'],
    door: 'saml',
    admits:
      'A browser with an answer that the registered provider signed, to a request of this browser’s.',
    throttle: SELDOM,
  },
  {
    path: '/saml/{connection}/slo',
    methods: ['GET', 'POST'],
    door: 'saml',
    admits: 'The registered identity provider, by its signed logout request.',
    throttle: SELDOM,
  },
  {
    path: '/sso',
    methods: ['POST'],
    door: 'sso',
    admits: 'The browser that holds the cookie of the launch whose one-time ticket it posts.',
    throttle: SELDOM,
  },
  ...['/auth/token', '/v2/auth/token'].map((path) => ({
    path,
    methods: ['POST'],
    door: 'token' as const,
    admits: 'A registered client of the API, by its signed assertion (RFC 7523).',
    throttle: SELDOM,
  })),
  {
    path: '/.well-known/jwks.json',
    methods: ['GET'],
    door: 'token',
    admits: 'Anybody: the keys are public, for EHRs to check client assertions with.',
    throttle: SELDOM,
  },
  {
    path: '/.well-known/messages-jwks.json',
    methods: ['GET'],
    door: 'token',
    admits: 'Anybody: the keys are public, for apps to check SSO messages with.',
    throttle: SELDOM,
  },
  {
    path: '/session',
    methods: ['GET', 'DELETE'],
    door: 'session',
    admits: IN_THE_SESSION.replace('fhir', 'session'),
  },
  {
    path: '/logout/{connection}',
    methods: ['GET', 'POST'],
    door: 'logout',
    admits:
      'An OpenID provider, by its signed logout token; a browser that it sends, by the sid of its own session there.',
    throttle: SELDOM,
  },
  ...['', '/{path+}'].map((below) => ({
    path: `/fhir/{version}/{organization}/{environment}${below}`,
    methods: ['ANY'],
    door: 'fhir' as const,
    admits: IN_THE_SESSION,
    streamedFor: Duration.minutes(10),
  })),
  ...['/endpoint', '/query'].map((path) => ({
    path,
    methods: ['POST'],
    door: 'data-model' as const,
    admits: IN_THE_SESSION.replace('fhir', 'data-model'),
    // An answer may be larger than what an invocation can hand over at once.
    streamedFor: Duration.minutes(1),
  })),
]
