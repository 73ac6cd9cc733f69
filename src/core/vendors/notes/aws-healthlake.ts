import type { AWS_HEALTHLAKE } from '#core/vendors/aws-healthlake.ts'
import { documented, type VendorNotes } from './vendor-notes.ts'

export const AWS_HEALTHLAKE_NOTES: VendorNotes<typeof AWS_HEALTHLAKE> = {
  fhirBases: [/^https:\/\/healthlake\.[a-z0-9-]+\.amazonaws\.com\//],
  departures: {
    scopeVersion: documented(
      'SMART_ON_FHIR_V1 takes scopes of version 1 only, SMART_ON_FHIR those of both.',
      'aws-healthlake',
    ),
  },
  facts: [
    documented(
      'The discovery document repeats what the store’s owner typed in: give authorizationServer where it is wrong.',
      'aws-healthlake',
    ),
  ],
  registration: ['The authorization server is yours; a Lambda function decodes its tokens.'],
  unknown: ['everything of the authorization server, which the deployment brings'],
}
