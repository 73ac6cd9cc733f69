import type { ConformanceRow } from './rows.ts'

/**
 * What token endpoints have been seen to answer, and the one form that it is brought into (NF). Who was
 * seen to answer so stands in brackets.
 */
export const NORMAL_FORM_ROWS: readonly ConformanceRow[] = [
  { id: 'NF-01', asks: '`token_type: bearer` is Bearer (Epic)' },
  { id: 'NF-02', asks: 'No `token_type` is Bearer (Slack, LinkedIn)' },
  { id: 'NF-03', asks: 'A word of the server’s own for Bearer, by the profile’s list (eBay)' },
  { id: 'NF-04', asks: 'An unknown `token_type` is refused' },
  { id: 'NF-05', asks: '`expires_in: 570` ends 570 seconds after receipt (Oracle Health)' },
  { id: 'NF-06', asks: '`expires_in` as text (Entra ID, version 1)' },
  { id: 'NF-07', asks: '`expires_in` with a fraction is rounded down (Blue Button)' },
  { id: 'NF-08', asks: 'No `expires_in`: the profile’s usual life, and a warning' },
  { id: 'NF-09', asks: '`expires_in: 0` with a token says nothing: as without one (Mailchimp)' },
  { id: 'NF-10', asks: '`expires_in: 0` with an error is the error (athenaFlex)' },
  { id: 'NF-11', asks: '`expires` in place of `expires_in` (Facebook)' },
  {
    id: 'NF-12',
    asks: '`expires_on`, `not_before`: used only where `expires_in` is missing (Entra ID, version 1)',
  },
  { id: 'NF-13', asks: '`ext_expires_in` is ignored (Entra ID)' },
  { id: 'NF-14', asks: '`refresh_expires_in` ends the refresh token (Keycloak)' },
  { id: 'NF-15', asks: '`refresh_expires_in: 0` is not known: neither never nor over (Keycloak)' },
  {
    id: 'NF-16',
    asks: '`access_grant_expiration`, with a space in it, ends the consent (Blue Button)',
  },
  { id: 'NF-17', asks: 'Scopes with spaces before, between and after (Epic)' },
  { id: 'NF-18', asks: 'Scopes of SMART’s first drafts are kept, with a warning (Epic)' },
  { id: 'NF-19', asks: 'A scope twice, in two cases, is one (Epic)' },
  { id: 'NF-20', asks: 'Scopes as a list (Linear)' },
  { id: 'NF-21', asks: 'Scopes parted by commas (GitHub, Facebook)' },
  { id: 'NF-22', asks: '`scope: null` is as none (Mailchimp)' },
  {
    id: 'NF-23',
    asks: 'No `scope` in a first answer: what was asked for, and a warning (RFC 6749 §5.1)',
  },
  { id: 'NF-24', asks: 'No `scope` in a refresh: what the session has' },
  { id: 'NF-25', asks: 'A scope behind its audience, with `$` (Azure Health Data Services)' },
  { id: 'NF-26', asks: 'Scopes with dots' },
  {
    id: 'NF-27',
    asks: 'Fewer scopes than asked for are kept, with a warning (Oracle Health, athenaFlex)',
  },
  { id: 'NF-28', asks: 'More scopes than asked for are kept, with a warning (Epic)' },
  { id: 'NF-29', asks: 'A refresh whose `scope` has no `openid` leaves who signed on' },
  { id: 'NF-30', asks: '`online_access` in the `scope` of a refresh is kept (Oracle Health)' },
  { id: 'NF-31', asks: '`patient` as an id' },
  { id: 'NF-32', asks: '`patient` as a relative reference (Okta’s SMART kit)' },
  { id: 'NF-33', asks: '`patient` as an address: an id below the FHIR base, refused elsewhere' },
  { id: 'NF-34', asks: '`patient` that begins with a minus (Blue Button)' },
  {
    id: 'NF-35',
    asks: 'No `patient`, and `fhirUser` is a Patient: it is that one (Oracle Health, eClinicalWorks); the session’s log line does not tell the two apart',
  },
  { id: 'NF-36', asks: 'No `patient`, and `fhirUser` is a Practitioner: nobody (Epic)' },
  {
    id: 'NF-37',
    asks: 'No `patient`, and a claim of the access token: only where the profile names it (Veradigm)',
  },
  { id: 'NF-38', asks: 'Likewise `patient_id` (Keycloak)' },
  {
    id: 'NF-39',
    asks: 'No `patient`, no ID token: the one Patient that can be found, where the profile has it looked for (Blue Button, OnPatient)',
  },
  {
    id: 'NF-40',
    asks: '`patient` comes first in a refresh (Blue Button): it is **not** added, because what a session is about was settled at its launch, and its app told; who launches there has the patient looked for',
  },
  {
    id: 'NF-41',
    asks: 'No `patient` in a refresh: that of the launch stays (Epic, athenahealth, VA)',
  },
  { id: 'NF-42', asks: '`__epic.dstu2.patient` is kept, under its own name (Epic)' },
  { id: 'NF-43', asks: '`need_patient_banner` as text (Epic)' },
  { id: 'NF-44', asks: '`need_patient_banner` as a boolean (SMART’s launcher)' },
  { id: 'NF-45', asks: '`state` in the body is dropped (Epic)' },
  { id: 'NF-46', asks: '`client_id` in the body is dropped (Azure, SMART’s old launcher)' },
  {
    id: 'NF-47',
    asks: 'Members of the vendor’s own are kept (Epic, AdvancedMD, Entra ID, Keycloak)',
  },
  {
    id: 'NF-48',
    asks: '`ah_practice` is kept, and named in every FHIR request (athenahealth); it is read of the body, which always has it, and not of the access token’s claim that repeats it',
  },
  { id: 'NF-49', asks: 'No `refresh_token` in a refresh: the old one stays (Oracle Health, Epic)' },
  { id: 'NF-50', asks: 'The same `refresh_token` in a refresh stays (Okta, ModMed)' },
  {
    id: 'NF-51',
    asks: 'A new `refresh_token` is kept before its access token is used (eClinicalWorks, Blue Button, Okta)',
  },
  {
    id: 'NF-52',
    asks: 'No `refresh_token` when somebody signs on again: the stored one is kept (Google)',
    notHere:
      'each launch opens a session of its own, and no token of one serves another; Google’s profile asks for the consent that brings a refresh token',
  },
  { id: 'NF-53', asks: 'No `id_token` in a refresh: who signed on stays' },
  { id: 'NF-54', asks: 'An ID token that was not asked for is not looked at in OAuth 2.0' },
  {
    id: 'NF-55',
    asks: '`iss` has the tenant where the metadata has `{tenantid}`: compared with the claim `tid` put in, of the tenants that the connection takes (Entra ID)',
  },
  {
    id: 'NF-56',
    asks: '`iss` is another address than the advertised issuer: only those of `issuerAliases` (Epic before May 2020, Oracle Health)',
  },
  {
    id: 'NF-57',
    asks: '`profile` in place of `fhirUser`; relative, or absolute (SMART’s launcher)',
  },
  {
    id: 'NF-58',
    asks: '500 with `expires_in: 0` and `invalid_client` is `invalid_client` (athenaFlex)',
  },
  { id: 'NF-59', asks: '`status: error` with the code in `statusmessage` (athenaFlex)' },
  { id: 'NF-60', asks: '`error_description: null` (Epic)' },
  { id: 'NF-61', asks: 'The cause in `error_uri` (Oracle Health)' },
  { id: 'NF-62', asks: '`status_code` beside the error (Blue Button)' },
  { id: 'NF-63', asks: '`invalid_grant` with 403 or 401 is as with 400 (SMART’s launcher)' },
  {
    id: 'NF-64',
    asks: '`unauthorized_client` is the set-up’s fault: tokens are kept (MEDITECH, Veradigm)',
  },
  { id: 'NF-65', asks: '`errors` as a list (Fitbit)' },
  { id: 'NF-66', asks: 'An error with 200, as a form, in the server’s own words (GitHub)' },
  {
    id: 'NF-67',
    asks: 'A refresh that fails with `invalid_request` ends the grant only where the profile says so (Akoya)',
  },
  { id: 'NF-68', asks: 'Tokens with 201 (CrowdStrike)' },
  { id: 'NF-69', asks: 'JSON as `text/plain` (Kanidm)' },
  { id: 'NF-70', asks: 'JSON as `text/javascript` (Dropbox)' },
  { id: 'NF-71', asks: 'JSON of no content type (StackExchange)' },
  { id: 'NF-72', asks: 'Tokens as a form (GitHub, Facebook)' },
  { id: 'NF-73', asks: 'Tokens in a member, where the profile names it' },
  { id: 'NF-74', asks: 'Names in camel case, and a date for a life (Plentymarkets, FormDr)' },
  {
    id: 'NF-75',
    asks: 'HTML with 200 is neither tokens nor an error (hosts of MEDITECH’s, athenaFlex)',
  },
  { id: 'NF-76', asks: 'White space about an access token is taken off' },
  { id: 'NF-77', asks: '`WWW-Authenticate` beside tokens is ignored' },
  { id: 'NF-78', asks: '401 with an empty body: the code of `WWW-Authenticate` (Okta)' },
  { id: 'NF-79', asks: 'An opaque access token where a JWT was expected is not decoded (Epic)' },
]
