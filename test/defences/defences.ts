import { AUTHORIZATION_SERVER_DEFENCES } from './areas/authorization-server.ts'
import { DATA_MODEL_DEFENCES } from './areas/data-model.ts'
import { EGRESS_DEFENCES } from './areas/egress.ts'
import { EVENTS_DEFENCES } from './areas/events.ts'
import { FHIR_DOOR_DEFENCES } from './areas/fhir-door.ts'
import { FRAMES_DEFENCES } from './areas/frames.ts'
import { KEY_DEFENCES } from './areas/keys.ts'
import { LAUNCH_DEFENCES } from './areas/launch.ts'
import { LOGS_DEFENCES } from './areas/logs.ts'
import { OAUTH_STRENGTH_DEFENCES } from './areas/oauth-strength.ts'
import { PAGES_DEFENCES } from './areas/pages.ts'
import { PLATFORM_DEFENCES } from './areas/platform.ts'
import { REFRESHER_DEFENCES } from './areas/refresher.ts'
import { SAML_DEFENCES } from './areas/saml.ts'
import { SESSION_DEFENCES } from './areas/session.ts'
import { SIGN_ON_DEFENCES } from './areas/sign-on.ts'
import { TOKEN_DEFENCES } from './areas/tokens.ts'
import type { Defence } from './defence.ts'

/** Every defense that is proved by taking it out, in the order of `docs/threats.md`. */
export const DEFENCES: readonly Defence[] = [
  ...AUTHORIZATION_SERVER_DEFENCES,
  ...DATA_MODEL_DEFENCES,
  ...EGRESS_DEFENCES,
  ...EVENTS_DEFENCES,
  ...FHIR_DOOR_DEFENCES,
  ...FRAMES_DEFENCES,
  ...KEY_DEFENCES,
  ...LAUNCH_DEFENCES,
  ...LOGS_DEFENCES,
  ...OAUTH_STRENGTH_DEFENCES,
  ...PAGES_DEFENCES,
  ...PLATFORM_DEFENCES,
  ...REFRESHER_DEFENCES,
  ...SAML_DEFENCES,
  ...SESSION_DEFENCES,
  ...SIGN_ON_DEFENCES,
  ...TOKEN_DEFENCES,
].toSorted(({ rows: [one = 0] }, { rows: [other = 0] }) => one - other)
