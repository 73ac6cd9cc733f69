import type { CliContext, CliOptions, ExitCode } from '#cli/cli-context.ts'
import { CliError } from '#cli/cli-error.ts'
import { sinceMilliseconds } from '#cli/since.ts'
import { requireOutput, requireStackOutputs } from '#cli/stack-outputs.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { describeTimeline } from './describe-timeline.ts'
import { findLaunch } from './find-launch.ts'
import { logSearch } from './log-search.ts'
import { type Timeline, timeline } from './timeline.ts'

/** Of a reference id or a launch's id; it becomes part of a search pattern. */
const ID = /^[\w-]{8,64}$/

/** `sallyport why <reference id>`: the timeline of its launch, from the logs. */
export async function whyCommand(
  id: string,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  if (!ID.test(id)) {
    throw new CliError(
      'That is no reference id: copy it whole, as the page or the error’s "diagnostics" has it.',
      2,
    )
  }
  const since = options.since ?? '24h'
  const outputs = requireStackOutputs(context.cwd, options)
  const groups = requireOutput(outputs, OUTPUTS.logGroupNames).split(',')
  const logged = await findLaunch(
    id,
    context.now() - sinceMilliseconds(since),
    logSearch(context.logs(), groups),
  )
  if (!logged) {
    throw new CliError(
      `No line of the last ${since} has "${id}". Is it whole, and of this stack and region? Look further back with --since 7d; logs are kept for 90 days. A line may take some seconds to be found.`,
    )
  }

  const told = timeline(logged)
  if (options.json) context.write(JSON.stringify(toJson(told), undefined, 2))
  else for (const line of describeTimeline(told, context.now())) context.write(line)
  return 0
}

/** Times as ISO 8601; all else as the timeline has it. */
function toJson({ steps, notes, requests, lastAt, ...rest }: Timeline) {
  const dated = <Line extends { readonly at?: number }>({ at, ...line }: Line) => ({
    ...(at !== undefined && { at: new Date(at).toISOString() }),
    ...line,
  })
  return {
    ...rest,
    lastAt: new Date(lastAt).toISOString(),
    steps: steps.map(dated),
    notes: notes.map(dated),
    requests: requests.map(dated),
  }
}
