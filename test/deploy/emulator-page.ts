import { readFileSync } from 'node:fs'
import { HOLES, type Hole } from './holes.ts'

/** `docs/emulator.md`: what is rehearsed on the emulator, and what it cannot do. */
export function emulatorPage(): string {
  const versions = readFileSync(new URL('requirements.txt', import.meta.url), 'utf8').trim()
  return `# The deployment, rehearsed on an AWS emulator

\`npm run test:deploy\` deploys the app to [MiniStack](https://github.com/ministackorg/ministack), an AWS that others wrote, and uses it there. Everything
is on this machine's loopback address, and ends with the test. It wants Python 3.10 or later and what follows; without, it is skipped and says so.
\`.ci/run\` installs it where there is Python.

\`\`\`sh
python3 -m venv .sallyport/ministack
.sallyport/ministack/bin/python -m pip install -r test/deploy/requirements.txt   # ${versions.replace('\n', ', ')}
npm run test:deploy
\`\`\`

1. \`cdk bootstrap\` and \`cdk deploy\`, the commands themselves: assets are published, and CloudFormation makes the stack of its template.
2. The sandbox EHR and the demo app are set up by the operator's commands, and a whole launch goes through the API to FHIR that is read. Functions
   run in their roles, which the emulator judges: with the policy of one taken away, nothing is read.
3. \`cdk deploy\` again with a change to logs, tables and functions: outputs are the same, the session reads on, and its token is renewed.
4. \`sallyport smoke\` ([not-proven-locally.md](not-proven-locally.md)) passes, but for the streaming that the emulator has not.
5. The schedule wakes the refresher.
6. \`cdk destroy\`; the sessions that there were are still in their table.

What differs from [the local runtime](local-runtime.md): nobody here wrote what judges the template, the policies, the conditions of DynamoDB and the ciphertexts of KMS.
It is deployed for loopback upstreams, as the local runtime is, because what is deployed for public ones reaches no EHR on this machine.

## What the emulator cannot do

Each was asked, and is asked again in every run, which fails when an answer is another.

${HOLES.map(section).join('\n\n')}
`
}

function section({ id, called, answered, onAws, workRound }: Hole): string {
  return `**${id}**
- Called: ${called}.
- Answered: \`${answered}\`
- AWS: ${onAws}
- Here: ${workRound}`
}
