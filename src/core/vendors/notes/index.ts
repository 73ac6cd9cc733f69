import type { VendorId } from '#core/vendors/index.ts'
import { AETNA_NOTES } from './aetna.ts'
import { ATHENA_FLEX_NOTES } from './athena-flex.ts'
import { ATHENAHEALTH_NOTES } from './athenahealth.ts'
import { AUTH0_NOTES } from './auth0.ts'
import { AWS_HEALTHLAKE_NOTES } from './aws-healthlake.ts'
import { AZURE_HEALTH_DATA_NOTES } from './azure-health-data.ts'
import { CANVAS_NOTES } from './canvas.ts'
import { CMS_BLUEBUTTON_NOTES } from './cms-bluebutton.ts'
import { ECLINICALWORKS_NOTES } from './eclinicalworks.ts'
import { ELATION_NOTES } from './elation.ts'
import { ENTRA_NOTES } from './entra.ts'
import { EPIC_NOTES } from './epic.ts'
import { GOOGLE_NOTES } from './google.ts'
import { GOOGLE_HEALTHCARE_NOTES } from './google-healthcare.ts'
import { KEYCLOAK_NOTES } from './keycloak.ts'
import { MEDITECH_NOTES } from './meditech.ts'
import { MEDPLUM_NOTES } from './medplum.ts'
import { MODMED_NOTES } from './modmed.ts'
import { NEXTGEN_NOTES } from './nextgen.ts'
import { NEXTGEN_OFFICE_NOTES } from './nextgen-office.ts'
import { OAUTH2_DEFAULT_NOTES } from './oauth2.ts'
import { OIDC_DEFAULT_NOTES } from './oidc.ts'
import { OKTA_NOTES } from './okta.ts'
import { ONE_UP_HEALTH_NOTES } from './one-up-health.ts'
import { OPENEMR_NOTES } from './openemr.ts'
import { ORACLE_HEALTH_NOTES } from './oracle-health.ts'
import { SMART_DEFAULT_NOTES } from './smart.ts'
import { SMART_LAUNCHER_NOTES } from './smart-launcher.ts'
import { VA_LIGHTHOUSE_NOTES } from './va-lighthouse.ts'
import type { VendorNotes } from './vendor-notes.ts'
import { VERADIGM_NOTES } from './veradigm.ts'
import { VERADIGM_DSTU2_NOTES } from './veradigm-dstu2.ts'

/** What people should know of each vendor. No function imports it, so none has it in its bundle. */
export const VENDOR_NOTES: Readonly<Record<VendorId, VendorNotes>> = {
  smart: SMART_DEFAULT_NOTES,
  oidc: OIDC_DEFAULT_NOTES,
  oauth2: OAUTH2_DEFAULT_NOTES,
  epic: EPIC_NOTES,
  'oracle-health': ORACLE_HEALTH_NOTES,
  athenahealth: ATHENAHEALTH_NOTES,
  'athena-flex': ATHENA_FLEX_NOTES,
  meditech: MEDITECH_NOTES,
  eclinicalworks: ECLINICALWORKS_NOTES,
  nextgen: NEXTGEN_NOTES,
  'nextgen-office': NEXTGEN_OFFICE_NOTES,
  veradigm: VERADIGM_NOTES,
  'veradigm-dstu2': VERADIGM_DSTU2_NOTES,
  modmed: MODMED_NOTES,
  canvas: CANVAS_NOTES,
  elation: ELATION_NOTES,
  medplum: MEDPLUM_NOTES,
  openemr: OPENEMR_NOTES,
  '1uphealth': ONE_UP_HEALTH_NOTES,
  'azure-health-data': AZURE_HEALTH_DATA_NOTES,
  'google-healthcare': GOOGLE_HEALTHCARE_NOTES,
  'aws-healthlake': AWS_HEALTHLAKE_NOTES,
  'cms-bluebutton': CMS_BLUEBUTTON_NOTES,
  'va-lighthouse': VA_LIGHTHOUSE_NOTES,
  aetna: AETNA_NOTES,
  'smart-launcher': SMART_LAUNCHER_NOTES,
  keycloak: KEYCLOAK_NOTES,
  okta: OKTA_NOTES,
  auth0: AUTH0_NOTES,
  entra: ENTRA_NOTES,
  google: GOOGLE_NOTES,
}
