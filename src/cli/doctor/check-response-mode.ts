import { checkResponseModes } from '#core/launch/check-response-modes.ts'
import type { DiscoveredEhr } from './examined.ts'
import { cannotTell, type Finding, ok, wrong } from './finding.ts'

const CHECK = 'response-mode'

/** How the browser is to bring the authorization server's answer, against what that offers. */
export function checkResponseMode({ connection, metadata, profile }: DiscoveredEhr): Finding {
  const { response_modes_supported: offered } = metadata
  try {
    checkResponseModes(metadata, connection.id)
  } catch {
    return wrong(
      CHECK,
      `The server demands signed responses (JARM): it offers ${offered?.join(', ')} only, none of which is taken here. Launches are refused.`,
      'Ask the hospital to answer this client by query or form_post, without a signature.',
    )
  }
  const mode = profile.responseMode || 'query'
  return !offered || offered.length === 0 || offered.includes(mode)
    ? ok(
        CHECK,
        `The answer is to come by ${mode}${offered?.length ? ', which the server offers' : ''}.`,
      )
    : cannotTell(
        CHECK,
        `The answer is to come by ${mode}, which is not among ${offered.join(', ')}.`,
        `Does your authorization server answer by ${mode}? Its documents name ${offered.join(', ')}.`,
      )
}
