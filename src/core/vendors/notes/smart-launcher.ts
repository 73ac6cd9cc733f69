import type { SMART_LAUNCHER } from '#core/vendors/smart-launcher.ts'
import { observed, type VendorNotes } from './vendor-notes.ts'

export const SMART_LAUNCHER_NOTES: VendorNotes<typeof SMART_LAUNCHER> = {
  fhirBases: [/^https:\/\/launch\.smarthealthit\.org\//],
  departures: {},
  facts: [
    observed('The issuer is the simulation’s FHIR base; fhirUser is relative.', 'smart-launcher'),
    observed(
      'An assertion needs kid and a typ of exactly JWT, which is what is sent.',
      'smart-launcher',
    ),
    observed('invalid_grant comes with status 401 or 403.', 'smart-launcher'),
    observed('A secret with a colon is refused.', 'smart-launcher'),
  ],
  registration: ['None: any client id is taken. The launch URL is typed in on the page.'],
  unknown: [],
}
