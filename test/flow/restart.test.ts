import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { givenSandbox } from './given-sandbox.ts'
import { launchInSandbox, rowsOf } from './launch-in-sandbox.ts'

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-state-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const portOf = (origin: string) => Number(new URL(origin).port)

/** What starts, with its state in a folder, and starts again on the same ports. */
async function setup({ accessTokenSeconds = 60 } = {}) {
  const stateFolder = aFolder()
  const logged: string[] = []
  const options = {
    accessTokenSeconds,
    onLog: ({ text }: { readonly text: string }) => logged.push(text),
  }
  const first = await givenSandbox({ stateFolder, ...options })
  const ports = {
    broker: portOf(first.stack.origin),
    aws: 0,
    ehr: portOf(first.ehr.origin),
    app: portOf(first.app.origin),
  }
  const restart = async (folder = stateFolder) => {
    const again = await givenSandbox({ stateFolder: folder, ports, ...options })
    onTestFinished(again.close)
    return again
  }
  return { first, restart, stateFolder, logged }
}

describe('after a restart', () => {
  it('a session lives on: the app reads FHIR in it, and its tokens are renewed', async () => {
    const { first, restart } = await setup()
    const browser = plainBrowser()
    const page = await launchInSandbox(browser, first.ehr.origin)
    expect(rowsOf(page)).toBeGreaterThan(11)
    await first.close()

    const { stack } = await restart()
    const before = stack.calls.length
    expect(rowsOf(await browser.visit(page.url))).toBe(rowsOf(page))

    // Past the access token's end, so that the EHR has to know its refresh token still.
    stack.time.advance(90)
    expect(rowsOf(await browser.visit(page.url))).toBe(rowsOf(page))
    const fhir = stack.calls.slice(before).filter(({ caller }) => caller.startsWith('Fhir'))
    expect(fhir.map(({ service, action }) => `${service}:${action}`)).toEqual(
      expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey', 'dynamodb:UpdateItem']),
    )
  })

  it('the refresher catches up with what fell due meanwhile', async () => {
    const accessTokenSeconds = 600
    const { first, restart, logged } = await setup({ accessTokenSeconds })
    const browser = plainBrowser()
    const page = await launchInSandbox(browser, first.ehr.origin)
    await first.close()
    const before = logged.length
    const renewals = () =>
      logged
        .slice(before)
        .filter((line) => line.includes('"message":"token_refreshed"'))
        .map((line): string => JSON.parse(line).service)

    const { stack } = await restart()
    // As if it had been down for so long: the access token is over by now.
    stack.time.advance(accessTokenSeconds + 1)
    await stack.tick()

    await expect.poll(renewals).toEqual(['refresher'])
    expect(rowsOf(await browser.visit(page.url))).toBe(rowsOf(page))
    expect(renewals()).toEqual(['refresher'])
  })

  it('a stack that has forgotten knows the session no more', async () => {
    const { first, restart } = await setup()
    const browser = plainBrowser()
    const page = await launchInSandbox(browser, first.ehr.origin)
    await first.close()

    await restart(aFolder())
    const { status, text } = await browser.visit(page.url)

    expect(status).toBe(403)
    expect(text).toContain('not signed on')
  })

  it('nobody but the owner can read what is kept of keys, secrets and tokens', async () => {
    const { first, stateFolder } = await setup()
    await launchInSandbox(plainBrowser(), first.ehr.origin)
    await first.close()

    const files = [
      'secrets.json',
      'visits.json',
      'aws/kms.json',
      'aws/secrets.json',
      'ehr/keys.json',
      'ehr/provider.json',
    ]
    for (const file of files) {
      expect([file, statSync(join(stateFolder, file)).mode & 0o777]).toEqual([file, 0o600])
    }
  })
})
