import { describe, expect, it, onTestFinished } from 'vitest'
import { formOf, plainBrowser } from '../support/browser.ts'
import { givenSandbox } from './given-sandbox.ts'
import { linkOf, rowsOf } from './launch-in-sandbox.ts'

describe('a launch from the sandbox EHR over plain HTTP', () => {
  it.each(['none', 'client_secret_basic', 'private_key_jwt'] as const)(
    'goes by %s from the launcher to the observations, and on after the token is over',
    async (authentication) => {
      const { stack, ehr, app, operate, close } = await givenSandbox({ authentication })
      onTestFinished(close)
      const browser = plainBrowser()

      const launched = await browser.submit({
        action: `${ehr.origin}/launch`,
        fields: { clinician: 'helen-brandt', patient: 'rosa-delgado', app: '0' },
      })
      const consent = await browser.follow(launched.location ?? '')
      expect(consent.text).toContain('Heartline')
      const form = formOf(consent)
      const allowed = await browser.submit({
        ...form,
        fields: { ...form.fields, decision: 'allow' },
      })
      const handOver = await browser.follow(allowed.location ?? '')
      expect(handOver.text).toMatch(/Signing you on to Heartline/)
      const movingOn = await browser.submit(formOf(handOver))
      const page = await browser.follow(linkOf(movingOn))

      expect(page.url).toMatch(new RegExp(`^${app.origin}/s/`))
      expect(page.text).toContain('Rosa')
      expect(rowsOf(page)).toBeGreaterThan(11)

      // What a person could do, the operator's doctor had nothing to say against.
      const { exitCode, errors, lines } = await operate(['doctor', 'sandbox-development'])
      expect(errors).toEqual([])
      expect(lines.join('\n')).toMatch(/^ok +client-authentication: The client is known/m)
      expect(lines.join('\n')).not.toMatch(/^(WRONG|cannot tell)/m)
      expect(exitCode).toBe(0)

      stack.time.advance(90)
      const reloaded = await browser.visit(page.url)

      expect(reloaded.text.match(/<tr>/g)).toEqual(page.text.match(/<tr>/g))
    },
  )
})
