import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SignOn } from '#sandbox/demo-app/sign-on.ts'
import {
  type DemoApp,
  type DemoAppOptions,
  startDemoApp,
} from '#sandbox/demo-app/start-demo-app.ts'
import type { Visit, VisitStore } from '#sandbox/demo-app/visits.ts'
import { HEARTLINE, sandboxRegistry } from '#sandbox/registry.ts'
import type { Choice } from '../flow/given-chromium.ts'
import { givenSandbox } from '../flow/given-sandbox.ts'
import { startFakeApp } from '../support/fake-app.ts'
import { serve } from '../support/http-server.ts'
import { hmacQuery } from '../support/signed-links.ts'
import { manyOrganizations } from './organizations.ts'

const LINK_SECRET = 'secret-of-the-links-0123456789abcdef'
const REMINDERS_SECRET = 'sso-secret-of-reminders-0123456789abcdef'

/** A demo app, and what it keeps of who is signed on. */
interface AppSeen {
  readonly app: DemoApp
  readonly visits: VisitStore
}

/**
 * Everything that pages come of: all that `npm start` starts, with more organizations to choose from,
 * an app without pages, a page of the EHR's with a frame, and a demo app whose broker cannot help.
 */
export async function givenWorld() {
  let seen: AppSeen | undefined
  const own: { options?: DemoAppOptions } = {}
  const sandbox = await givenSandbox({
    startApp: async (options) => {
      const visits = options.visits ?? new Map<string, Visit>()
      // Another site than the EHR's, as in real life.
      const app = await startDemoApp({ ...options, visits, host: 'localhost' })
      own.options = options
      seen = { app, visits }
      return app
    },
  })
  const [reminders, down, frame] = await Promise.all([
    startFakeApp('reminders'),
    serve(({ url }, response) =>
      url?.endsWith('/auth/token')
        ? response
            .writeHead(200, { 'content-type': 'application/json' })
            .end('{"access_token":"of-the-app","token_type":"Bearer","expires_in":300}')
        : response.writeHead(502).end(),
    ),
    serve(({ url }, response) => {
      const address = new URL(url ?? '', 'http://127.0.0.1').searchParams.get('address') ?? ''
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(
          `<!doctype html><html lang="en"><title>EHR</title><body style="margin:0"><iframe title="App" style="border:0;width:100%;height:100vh;display:block" src="${address.replaceAll('&', '&amp;')}"></iframe>`,
        )
    }),
  ])
  const { options } = own
  if (!seen || !options) throw new Error('The demo app was not started')
  const visits = new Map<string, Visit>()
  const brokerDown: AppSeen = {
    app: await startDemoApp({ ...options, port: 0, brokerBase: down.origin, visits }),
    visits,
  }

  const { origin: appOrigin } = seen.app
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-pages-'))
  const file = join(folder, 'registry.json')
  const operate = async (command: string, input?: string) => {
    const { exitCode, errors } = await sandbox.operate(command.split(' '), input)
    if (exitCode !== 0) throw new Error(`${command}: ${errors.join('\n')}`)
  }
  const apply = async (withoutCookies: 'new-window' | 'weaker-binding') => {
    writeFileSync(file, JSON.stringify(registryOf(withoutCookies)))
    await operate(`registry apply ${file}`)
  }
  await operate('secret set link reminders', LINK_SECRET)
  await operate('secret set sso reminders', REMINDERS_SECRET)
  await apply('new-window')

  function registryOf(withoutCookies: string) {
    const sandboxes = sandboxRegistry({ ehr: sandbox.ehr, appOrigin })
    const many = manyOrganizations({ registration: sandboxes.registrations[0]?.id ?? '' })
    return {
      organizations: [...sandboxes.organizations, ...many.organizations],
      apps: [...sandboxes.apps, remindersApp()],
      registrations: sandboxes.registrations,
      connections: [
        ...sandboxes.connections.flatMap((one) => [
          { ...one, withoutCookies, frameAncestors: [frame.origin] },
          // The same EHR by another name, which takes a long launch by POST.
          {
            ...one,
            id: 'sandbox-by-post',
            environment: 'Staging',
            fhirBaseUrl: one.fhirBaseUrl.replace('127.0.0.1', 'localhost'),
            vendorOverrides: { authorizeMethod: 'post-when-long' },
            endpointHosts: [new URL(one.fhirBaseUrl).host],
            listed: false,
          },
        ]),
        ...many.connections,
        REMINDERS_BY_LINK,
      ],
    }
  }

  function remindersApp() {
    return {
      id: 'reminders',
      name: `${HEARTLINE.name} Reminders`,
      ssoDestination: {
        id: '5b0f1c7e-9a63-4d0c-8e3f-7f5f1f0c1a22',
        name: 'Reminders',
        url: reminders.ssoUrl,
        redirectOrigins: [reminders.origin],
        secretRef: 'reminders',
      },
    }
  }

  let links = 0
  return {
    sandbox,
    demo: seen,
    brokerDown,
    downBase: down.origin,
    reminders,
    /** A page of another site, with this address in a frame as large as itself. */
    framed: (address: string) => `${frame.origin}/?address=${encodeURIComponent(address)}`,
    /** The EHR's launch on a patient. */
    launchUrl: async (choice: Choice) => {
      const answer = await fetch(`${sandbox.ehr.origin}/launch`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ ...choice, app: '0' }),
      })
      return answer.headers.get('location') ?? ''
    },
    /** What the demo app's connection does from now on in a frame where no cookie is kept. */
    goOnWithoutCookies: async () => {
      await apply('weaker-binding')
      // Functions keep what they have read of the registry for a minute.
      sandbox.stack.time.advance(120)
    },
    /** A new link of an EHR's to the app without pages. */
    linkToReminders: () => {
      links += 1
      const ts = `${Math.floor(Date.now() / 1000)}`
      const query = hmacQuery(LINK_SECRET, { user: 'ada', nonce: `${links}`, ts })
      return `${sandbox.brokerBase}/launch/${REMINDERS_BY_LINK.id}?${query}`
    },
    close: async () => {
      await Promise.all([sandbox, reminders, down, frame, brokerDown.app].map((one) => one.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type World = Awaited<ReturnType<typeof givenWorld>>

const REMINDERS_BY_LINK = {
  id: 'sandbox-reminders',
  organization: 'sandbox',
  environment: 'Production',
  app: 'reminders',
  source: { id: 'c2d7be10-6a4f-4a55-8f0e-999999999999', name: 'Sandbox EHR' },
  fhirAuthority: 'none',
  signOn: {
    scheme: 'signed-link',
    link: { format: 'hmac', secretRef: 'reminders' },
    mapping: { user: { subject: 'user' } },
  },
} as const

/** A visit with another sign-on, which the browser of the first may open too. */
export function likeVisit(
  { visits }: AppSeen,
  { visit, key, change }: { visit: Visit; key: string; change: (signOn: SignOn) => SignOn },
): Visit {
  const changed = { ...visit, key, signOn: change(visit.signOn) }
  visits.set(key, changed)
  return changed
}
