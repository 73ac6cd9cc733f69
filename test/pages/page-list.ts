/** Whose page it is. */
export type Owner = 'broker' | 'app' | 'ehr'

/** A page that a person can see. */
export interface PageSeen {
  readonly owner: Owner
  /** The function of the source that makes it. */
  readonly madeBy: string
  /** Its `h1`, as the person reads it. */
  readonly heading: string
  /** Who sees it, and when. */
  readonly seen: string
  /** What they do then. */
  readonly next: string
}

/**
 * Every page that a person can see: of the broker, of the demo app, of the sandbox EHR. Pictures of
 * them are taken, their accessibility is checked, and a test fails where the source has another.
 */
export const PAGES = {
  picker: {
    owner: 'broker',
    madeBy: 'pickerPage',
    heading: 'Choose your hospital or clinic',
    seen: 'A person who opens the app’s launch address outside an EHR, where the app has several connections.',
    next: 'Choose the organization, or search for it; then sign on there.',
  },
  'picker-found': {
    owner: 'broker',
    madeBy: 'pickerPage',
    heading: '3 organizations found for “river”',
    seen: 'The same person, having searched by name, city or postal code.',
    next: 'Choose one, or show all again.',
  },
  'picker-nothing-found': {
    owner: 'broker',
    madeBy: 'pickerPage',
    heading: '0 organizations found for “nowhere”',
    seen: 'The same person, where nothing is called so.',
    next: 'Check the spelling, or search for the city or postal code.',
  },
  authorization: {
    owner: 'broker',
    madeBy: 'authorizationPage',
    heading: 'Going to the sign-on of your EHR…',
    seen: 'For a moment, where an EHR’s launch is too long for an address. It goes on by itself, and waits where scripts are off.',
    next: 'Nothing; without scripts, press Continue.',
  },
  'hand-over': {
    owner: 'broker',
    madeBy: 'handOverPage',
    heading: 'Signing you on to Heartline…',
    seen: 'For a moment after the EHR’s sign-on. It goes on by itself, and waits where scripts are off.',
    next: 'Nothing; without scripts, press Continue.',
  },
  'moving-on': {
    owner: 'broker',
    madeBy: 'movingOnPage',
    heading: 'Opening Heartline…',
    seen: 'For a moment while the app loads, or for as long as it takes to answer.',
    next: 'Nothing; the link is for browsers that do not go on by themselves.',
  },
  'app-ready': {
    owner: 'broker',
    madeBy: 'appReadyPage',
    heading: 'Heartline Reminders is ready',
    seen: 'Who launched an app that has no page of its own.',
    next: 'Close the page, and go on in the app.',
  },
  'signed-link': {
    owner: 'broker',
    madeBy: 'signedLinkPage',
    heading: 'Opening the app…',
    seen: 'Who comes by an EHR’s signed link, for a moment; it stays only where scripts are off.',
    next: 'Allow scripts for this address, and start the app again from the EHR.',
  },
  'new-window': {
    owner: 'broker',
    madeBy: 'newWindowPage',
    heading: 'Heartline opens in a window of its own',
    seen: 'Who launches in an EHR’s frame with a browser that keeps no cookie there.',
    next: 'Press the link: the launch goes on in a window.',
  },
  'signed-off': {
    owner: 'broker',
    madeBy: 'signedOffPage',
    heading: 'You are signed off',
    seen: 'Who signs off at the identity provider, which has the broker end its sessions too.',
    next: 'Close the page.',
  },
  'error-not-set-up': {
    owner: 'broker',
    madeBy: 'errorPage',
    heading: 'The app could not be opened',
    seen: 'Who launches from an EHR that the registry does not have (`launch_issuer_unknown`).',
    next: 'Contact the administrator, with the reference.',
  },
  'error-launch-key': {
    owner: 'broker',
    madeBy: 'errorPage',
    heading: 'The app could not be opened',
    seen: 'Who opens a launch address that is nobody’s (`launch_key_unknown`).',
    next: 'Ask the administrator for the right address.',
  },
  'error-already-used': {
    owner: 'broker',
    madeBy: 'errorPage',
    heading: 'The app could not be opened',
    seen: 'Who goes back, or reloads, after a sign-on (`state_used`); a kept link looks alike.',
    next: 'Go on in the window that has the app, or start it again from the EHR.',
  },
  'error-ehr-unreachable': {
    owner: 'broker',
    madeBy: 'errorPage',
    heading: 'The app could not be opened',
    seen: 'Who launches while the EHR’s server does not answer (`discovery_failed`).',
    next: 'Wait a moment, then start the app again.',
  },
  'error-denied': {
    owner: 'broker',
    madeBy: 'errorPage',
    heading: 'The app could not be opened',
    seen: 'Who did not allow the app at the EHR (`authorization_denied`).',
    next: 'Start the app again from the EHR, and allow it.',
  },
  'error-app-refused': {
    owner: 'broker',
    madeBy: 'errorPage',
    heading: 'The app could not be opened',
    seen: 'Whose sign-on the app itself did not take, where it has no page for that (`sso_destination_refused`).',
    next: 'Contact the app’s support, with the reference.',
  },
  'app-start': {
    owner: 'app',
    madeBy: 'howToLaunchPage',
    heading: 'Start from your EHR',
    seen: 'Who opens the demo app by its own address.',
    next: 'Launch it from a patient’s chart, or choose the hospital in the picker.',
  },
  'app-visit': {
    owner: 'app',
    madeBy: 'visitPage',
    heading: 'Rosa Delgado',
    seen: 'A clinician after a launch: the patient’s banner, the session, the observations.',
    next: 'Work; sign off when done.',
  },
  'app-other-visit': {
    owner: 'app',
    madeBy: 'visitPage',
    heading: 'Walter Lindqvist',
    seen: 'Another clinician’s launch on another patient, in a second tab of the same browser.',
    next: 'Work; the two never mix.',
  },
  'app-banner-by-ehr': {
    owner: 'app',
    madeBy: 'visitPage',
    heading: 'Rosa Delgado',
    seen: 'The same visit where the EHR shows a patient banner itself (`need_patient_banner` false).',
    next: 'Work.',
  },
  'app-summary': {
    owner: 'app',
    madeBy: 'visitPage',
    heading: 'Rosa Delgado',
    seen: 'The same visit with the Clinical Summary of the Data Model API beside it.',
    next: 'Hide it again, or work with both.',
  },
  'app-no-patient': {
    owner: 'app',
    madeBy: 'visitPage',
    heading: 'No patient',
    seen: 'A clinician who launched with no chart open.',
    next: 'Open a patient in the EHR, and launch again.',
  },
  'app-ehr-down': {
    owner: 'app',
    madeBy: 'visitPage',
    heading: 'Rosa Delgado',
    seen: 'A clinician in a visit while the EHR does not answer.',
    next: 'Reload in a moment.',
  },
  'app-session-over': {
    owner: 'app',
    madeBy: 'sessionOver',
    heading: 'Your session is over',
    seen: 'A clinician whose session has ended: idle too long, or ended by somebody.',
    next: 'Launch again.',
  },
  'app-new-window': {
    owner: 'app',
    madeBy: 'inNewWindow',
    heading: 'Heartline opens in a window of its own',
    seen: 'Who has signed on in an EHR’s frame where the browser keeps no cookie, and whose connection goes on there (`weaker-binding`).',
    next: 'Press the link within five minutes: the visit opens in a window.',
  },
  'app-start-again': {
    owner: 'app',
    madeBy: 'startAgain',
    heading: 'Start again from your EHR',
    seen: 'Who opens a visit’s address in another browser, or after it was left.',
    next: 'Launch again.',
  },
  'app-sign-on-failed': {
    owner: 'app',
    madeBy: 'startAgain',
    heading: 'Start again from your EHR',
    seen: 'Whose sign-on the app did not take: the app’s own error page, to which the broker sends them.',
    next: 'Launch again.',
  },
  'app-signed-off': {
    owner: 'app',
    madeBy: 'signOff',
    heading: 'You are signed off',
    seen: 'A clinician who pressed Sign off: the session is ended for everybody.',
    next: 'Close the page, or launch again.',
  },
  'app-still-signed-on': {
    owner: 'app',
    madeBy: 'signOff',
    heading: 'You are still signed on',
    seen: 'The same where the session could not be ended.',
    next: 'Go back and sign off again in a moment.',
  },
  'ehr-launcher': {
    owner: 'ehr',
    madeBy: 'launcherPage',
    heading: 'Launch an app',
    seen: 'A developer who opens the sandbox EHR.',
    next: 'Choose a clinician, a patient and the app; press Launch.',
  },
  'ehr-consent': {
    owner: 'ehr',
    madeBy: 'consentPage',
    heading: 'Authorize Heartline?',
    seen: 'The clinician, whom the sandbox EHR asks at each launch.',
    next: 'Allow, or deny.',
  },
  'ehr-error': {
    owner: 'ehr',
    madeBy: 'errorPage',
    heading: 'This did not work',
    seen: 'Who comes to the sandbox EHR with a launch that is too old, or to an address that it does not have.',
    next: 'Go back to the launcher.',
  },
} as const satisfies Readonly<Record<string, PageSeen>>

export type PageName = keyof typeof PAGES

type NamesOf<Whose extends Owner> = {
  [Name in PageName]: (typeof PAGES)[Name]['owner'] extends Whose ? Name : never
}[PageName]

export type BrokerPage = NamesOf<'broker'>
export type AppPage = NamesOf<'app'>
export type EhrPage = NamesOf<'ehr'>

/** The widths that pictures are taken at, with the height of a usual window, in CSS pixels. */
export const WINDOWS = {
  phone: { width: 390, height: 844 },
  frame: { width: 600, height: 480 },
  desktop: { width: 1280, height: 720 },
} as const

export type WindowName = keyof typeof WINDOWS

/** Every page by its name. */
export const pageNames = (): readonly PageName[] => Object.keys(PAGES) as PageName[]
