import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createEgress } from '#adapters/egress/egress.ts'
import { createProbe } from '#adapters/egress/probe.ts'
import type { CliContext } from '#cli/cli-context.ts'
import { runCli } from '#cli/run-cli.ts'
import { NOW } from '../fixtures.ts'

/** The command line in a folder of its own, with the network and without AWS. */
export function commandLineIn(files: Readonly<Record<string, unknown>>) {
  const cwd = mkdtempSync(join(tmpdir(), 'sallyport-cli-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), JSON.stringify(content))
  }
  const unreached = () => {
    throw new Error('reached AWS')
  }
  return {
    read: (path: string) => JSON.parse(readFileSync(join(cwd, path), 'utf8')),
    async run(args: readonly string[], changes: Partial<CliContext> = {}) {
      const lines: string[] = []
      const errors: string[] = []
      const exitCode = await runCli(args, {
        cwd,
        write: (line) => lines.push(line),
        writeError: (line) => errors.push(line),
        readInput: async () => undefined,
        documents: unreached,
        secrets: unreached,
        eventBridge: unreached,
        kms: unreached,
        logs: unreached,
        discover: unreached,
        egress: (upstreams) => createEgress({ upstreams }),
        probe: (upstreams) => createProbe({ upstreams }),
        now: () => NOW * 1_000,
        ...changes,
      })
      return { exitCode, lines, errors, text: lines.join('\n') }
    },
  }
}
