/** What the emulator cannot do of what the stack is made of. */
export interface Hole {
  readonly id: string
  /** What was called, as the page has it. */
  readonly called: string
  /** What it answered, word for word. */
  readonly answered: string
  /** What AWS does. */
  readonly onAws: string
  /** What the rehearsal does about it, in its copy of the assembly or around the functions. */
  readonly workRound: string
}

/** Each is asked again in every rehearsal: one that is closed fails it, and so does a new one. */
export const HOLES = [
  {
    id: 'metric-math-alarms',
    called: 'CloudFormation `CreateStack` with an `AWS::CloudWatch::Alarm` that has `Metrics`',
    answered:
      'AWS::CloudWatch::Alarm Properties.Metrics (metric math) is not supported; use MetricName and Namespace.',
    onAws: 'Alarms on an expression of several metrics.',
    workRound: 'Such alarms, which all of ours are, are left out of the template.',
  },
  {
    id: 'streamed-integrations',
    called: 'a method with `ResponseTransferMode: STREAM`, over its API',
    answered: '500 {"message": "Internal server error"}',
    onAws: 'What the function writes is passed on as it comes.',
    workRound: 'Streamed methods are deployed as buffered ones.',
  },
  {
    id: 'no-awslambda',
    called: 'a function of `nodejs24.x` that looks at `globalThis.awslambda`',
    answered: 'awslambda is undefined',
    onAws: '`awslambda.streamifyResponse` and `awslambda.HttpResponseStream` are there.',
    workRound: 'One that keeps what is streamed until its end is loaded before every function.',
  },
  {
    id: 'own-address',
    called: 'an API with `Host: <id>.execute-api.us-east-1.amazonaws.com`',
    answered: '403',
    onAws: 'The API answers at that address, over TLS.',
    workRound:
      'The API gets an id that is known beforehand, and that origin in variables and outputs becomes the address it answers at.',
  },
  {
    id: 'plain-http',
    called: '`cdk deploy` of what was synthesized, unchanged, after `cdk bootstrap`',
    answered: 'exists, but we dont have access to it.',
    onAws:
      'Everything is asked over TLS. Here it is not, and the bucket that `cdk bootstrap` makes denies that (`aws:SecureTransport`); to the account itself the emulator denies nothing.',
    workRound: 'Assets are published by the account itself and not in the publishing role.',
  },
  {
    id: 'no-access-log',
    called: '`FilterLogEvents` of the log group of a stage’s `AccessLogSetting`, after requests',
    answered: '0 events',
    onAws: 'A line a request, in the format of the setting.',
    workRound: 'None: the local runtime writes and tests it.',
  },
  {
    id: 'no-renamed-headers',
    called: 'a function that answers `WWW-Authenticate: Bearer`, over its API',
    answered: 'www-authenticate: Bearer',
    onAws: '`x-amzn-remapped-www-authenticate: Bearer`.',
    workRound: 'None: the local runtime renames them as documented.',
  },
] as const satisfies readonly Hole[]

export type HoleId = (typeof HOLES)[number]['id']
