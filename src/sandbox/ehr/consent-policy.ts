import { interactionPolicy } from 'oidc-provider'

/**
 * The one stop between authorization request and answer: the clinician confirms the app. There is
 * no login, as whoever launches from an EHR is signed on to it; the launch handle says who that is.
 */
export function askConsentAtEachLaunch(): interactionPolicy.Prompt {
  return new interactionPolicy.Prompt(
    { name: 'consent', requestable: true },
    new interactionPolicy.Check(
      'not_confirmed',
      'the clinician has not confirmed this launch',
      'interaction_required',
      ({ oidc }) => !oidc.result?.consent,
    ),
  )
}
