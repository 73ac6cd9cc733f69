import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { html } from '#sandbox/web/html.ts'
import { seeOther } from '#sandbox/web/respond.ts'
import { readBody, send } from '#sandbox/web/server.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import { CHARTS } from './data/charts.ts'
import { CLINICIANS, clinicianName } from './data/clinicians.ts'
import type { LaunchContext, Launches } from './launches.ts'
import { ehrPage, errorPage } from './pages.ts'
import { describeScope, SUPPORTED_SCOPES } from './scopes.ts'

/**
 * The consent page: names the app and what it asks for. Allow signs the clinician on and grants the
 * scopes; Deny answers the app `access_denied`.
 */
export function consentListener(
  { provider, bindContext }: AuthorizationServer,
  launches: Launches,
): RequestListener {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<Response> => {
    const { params } = await provider.interactionDetails(request, response)
    const clientId = `${params['client_id']}`
    const client = await provider.Client.find(clientId)
    const context = launches.taken(`${params['launch']}`)
    if (!client || !context) return errorPage('This launch is not known here')
    const accountId = context.isPatient ? context.patient : context.clinician
    const scopes = `${params['scope'] ?? ''}`
      .split(' ')
      .filter((scope) => SUPPORTED_SCOPES.includes(scope))

    const form = new URLSearchParams(`${(await readBody(request)) ?? ''}`)
    const decision = form.get('decision')
    if (decision === 'deny') {
      const denied = { error: 'access_denied', error_description: 'The clinician said no' }
      return seeOther(await provider.interactionResult(request, response, denied))
    }

    if (decision !== 'allow') {
      return consentPage({ appName: client.clientName ?? clientId, scopes, context })
    }
    const grant = new provider.Grant({ accountId, clientId })
    grant.addOIDCScope(scopes.join(' '))
    const grantId = await grant.save()
    bindContext(grantId, context)
    return seeOther(
      await provider.interactionResult(request, response, {
        login: { accountId, remember: false },
        consent: { grantId },
      }),
    )
  }

  return (request, response) => {
    void answer(request, response)
      .catch(() => errorPage('This request is no longer open. Launch the app again'))
      .then((page) => send(page, response))
  }
}

function consentPage({
  appName,
  scopes,
  context,
}: {
  readonly appName: string
  readonly scopes: readonly string[]
  readonly context: LaunchContext
}): Response {
  const clinician = CLINICIANS.find(({ id }) => id === context.clinician)
  const chart = CHARTS.find(({ id }) => id === context.patient)
  return ehrPage({
    title: `Authorize ${appName}?`,
    isNarrow: true,
    body: html`<h1>Authorize ${appName}?</h1>
<p class="lead">The app asks to work with the chart that is open.</p>
<dl class="card facts">
<dt>You</dt><dd>${clinician && clinicianName(clinician)}</dd>
<dt>Patient</dt><dd>${chart && `${chart.given[0]} ${chart.family}`}</dd>
</dl>
<section class="card"><h2>It may</h2>
<ul class="scopes">${scopes.map(
      (scope) => html`<li><span>${describeScope(scope)}</span><code>${scope}</code></li>`,
    )}</ul>
</section>
<form method="post" class="actions">
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny" class="plain">Deny</button>
</form>`,
  })
}
