import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from '#cli/operate-stack.ts'
import { SMOKE_CHECKS } from '#cli/smoke/checks.ts'
import { givenSandbox } from '../flow/given-sandbox.ts'

describe('sallyport smoke on the local runtime', () => {
  let sandbox: Awaited<ReturnType<typeof givenSandbox>>
  beforeAll(async () => {
    sandbox = await givenSandbox()
  })
  afterAll(() => sandbox.close())

  const registered = async () => (await sandbox.operate(['registry', 'show'])).lines

  it('passes for all that applies', async () => {
    const { exitCode, lines, errors } = await sandbox.operate(['smoke'])

    expect(errors).toEqual([])
    expect(lines.map((line) => line.replace(/:.*/, ''))).toEqual([
      ...Object.keys(SMOKE_CHECKS).map((check) =>
        check === 'cold-starts' ? `does not apply  ${check}` : `ok              ${check}`,
      ),
      'Nothing failed.',
    ])
    expect(lines.join('\n')).toContain(
      'buffered: x-amzn-remapped-www-authenticate; streamed: www-authenticate',
    )
    expect(exitCode).toBe(0)
  })

  it('leaves no row of the registry and no session behind', async () => {
    const before = await registered()

    await sandbox.operate(['smoke', '--without', 'streaming,access-log'])

    expect(await registered()).toEqual(before)
    await sandbox.stack.tick()
    expect((await sandbox.operate(['sessions', 'list'])).lines).toEqual(['0 sessions.'])
  })

  it('fails where a launch does, says at which step, and leaves nothing behind then either', async () => {
    const before = await registered()
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-smoke-'))
    const { stackName, outputs } = sandbox.stack
    const elsewhere = { ...outputs, RedirectUri: `${sandbox.brokerBase}/elsewhere` }
    writeFileSync(join(folder, 'outputs.json'), JSON.stringify({ [stackName]: elsewhere }))

    const { exitCode, lines } = await commandLine(sandbox.stack, folder)(['smoke'])

    rmSync(folder, { recursive: true, force: true })
    expect(lines[0]).toBe('failed          launch: the test EHR did not answer the launch: 400')
    expect(lines.at(-1)).toBe('8 failed.')
    expect(exitCode).toBe(1)
    expect(await registered()).toEqual(before)
  })
})
