import { AETNA } from './aetna.ts'
import { ATHENA_FLEX } from './athena-flex.ts'
import { ATHENAHEALTH } from './athenahealth.ts'
import { AUTH0 } from './auth0.ts'
import { AWS_HEALTHLAKE } from './aws-healthlake.ts'
import { AZURE_HEALTH_DATA } from './azure-health-data.ts'
import { CANVAS } from './canvas.ts'
import { CMS_BLUEBUTTON } from './cms-bluebutton.ts'
import { ECLINICALWORKS } from './eclinicalworks.ts'
import { ELATION } from './elation.ts'
import { ENTRA } from './entra.ts'
import { EPIC } from './epic.ts'
import { GOOGLE } from './google.ts'
import { GOOGLE_HEALTHCARE } from './google-healthcare.ts'
import { KEYCLOAK } from './keycloak.ts'
import { MEDITECH } from './meditech.ts'
import { MEDPLUM } from './medplum.ts'
import { MODMED } from './modmed.ts'
import { NEXTGEN } from './nextgen.ts'
import { NEXTGEN_OFFICE } from './nextgen-office.ts'
import { OAUTH2_DEFAULT } from './oauth2.ts'
import { OIDC_DEFAULT } from './oidc.ts'
import { OKTA } from './okta.ts'
import { ONE_UP_HEALTH } from './one-up-health.ts'
import { OPENEMR } from './openemr.ts'
import { ORACLE_HEALTH } from './oracle-health.ts'
import { SMART_DEFAULT } from './smart.ts'
import { SMART_LAUNCHER } from './smart-launcher.ts'
import { VA_LIGHTHOUSE } from './va-lighthouse.ts'
import type { VendorData } from './vendor-profile.ts'
import { VERADIGM } from './veradigm.ts'
import { VERADIGM_DSTU2 } from './veradigm-dstu2.ts'

/** Every vendor of which something is known; the three kinds' defaults first. */
export const VENDORS = [
  SMART_DEFAULT,
  OIDC_DEFAULT,
  OAUTH2_DEFAULT,
  EPIC,
  ORACLE_HEALTH,
  ATHENAHEALTH,
  ATHENA_FLEX,
  MEDITECH,
  ECLINICALWORKS,
  NEXTGEN,
  NEXTGEN_OFFICE,
  VERADIGM,
  VERADIGM_DSTU2,
  MODMED,
  CANVAS,
  ELATION,
  MEDPLUM,
  OPENEMR,
  ONE_UP_HEALTH,
  AZURE_HEALTH_DATA,
  GOOGLE_HEALTHCARE,
  AWS_HEALTHLAKE,
  CMS_BLUEBUTTON,
  VA_LIGHTHOUSE,
  AETNA,
  SMART_LAUNCHER,
  KEYCLOAK,
  OKTA,
  AUTH0,
  ENTRA,
  GOOGLE,
] as const satisfies readonly VendorData[]

export type VendorId = (typeof VENDORS)[number]['id']
