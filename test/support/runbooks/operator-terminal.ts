import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CommandResult } from '#cli/operate-stack.ts'
import { guideShell } from '../guides/guide-shell.ts'
import { readBody, serve } from '../http-server.ts'

const FORWARD = fileURLToPath(new URL('forward.mjs', import.meta.url))

/** Does what a command of the terminal says. */
export type Command = (words: readonly string[], input: string) => Promise<CommandResult>

/**
 * A shell in which the programs named are others' to carry out: all else, pipes and quotes and
 * redirections among it, is the shell's own.
 */
export async function operatorTerminal(cwd: string, programs: Readonly<Record<string, Command>>) {
  const hidden = mkdtempSync(join(tmpdir(), 'sallyport-terminal-'))
  const server = await serve(async (request, response) => {
    const { words, input } = JSON.parse(await readBody(request))
    const [program = '', ...args] = words
    const failed = (error: Error): CommandResult => ({
      exitCode: 1,
      lines: [],
      errors: [error.message],
    })
    const result = await programs[program]?.(args, input).catch(failed)
    response.end(JSON.stringify(result ?? failed(new Error(`no ${program}`))))
  })
  const functions = Object.keys(programs).map(
    (name) => `${name}() { '${process.execPath}' '${FORWARD}' '${server.origin}' ${name} "$@"; }`,
  )
  const shell = guideShell({
    folder: hidden,
    cwd,
    env: { PATH: process.env['PATH'] },
    prelude: functions.join('\n'),
  })
  return {
    run: (text: string) => shell.run(text),
    async close(): Promise<void> {
      shell.close()
      await server.close()
      rmSync(hidden, { recursive: true, force: true })
    },
  }
}
