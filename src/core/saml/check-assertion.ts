import { BrokerError } from '#core/errors.ts'
import type { EpochSeconds } from '#core/time.ts'
import { checkIssuer, checkVersion } from './check-response.ts'
import { CLOCK_SKEW_SECONDS, METHOD_BEARER, NS } from './names.ts'
import { refused } from './refuse.ts'
import { samlTime, secondsOf } from './saml-time.ts'
import { childrenOf, isElement, simpleText, type XmlElement } from './xml-element.ts'

/** What an assertion is held to. */
export interface ExpectedAssertion {
  readonly idpEntityId: string
  /** Our entity id. */
  readonly audience: string
  /** Our assertion consumer service. */
  readonly recipient: string
  readonly now: EpochSeconds
}

/** What a checked assertion says of its own life. */
export interface AssertionTerms {
  readonly id: string
  /** Of the confirmation that holds: the request that it answers; absent when nobody asked. */
  readonly inResponseTo?: string
  /** From here on no confirmation of it holds, our patience with clocks included. */
  readonly confirmableUntil: EpochSeconds
  readonly sessionIndex?: string
  /** The provider ends the session here. */
  readonly sessionEndsAt?: EpochSeconds
}

/**
 * Holds a verified assertion to the web browser SSO profile: issuer, conditions, audience, a bearer
 * confirmation for us, an authentication (SA-04, SA-05, SA-09 to SA-11, SA-13).
 *
 * @throws BrokerError `saml_response_invalid`, `saml_clock_skew`
 * @see [SAML 2.0 Profiles §4.1.4.3](https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf)
 */
export function checkAssertion(assertion: XmlElement, expected: ExpectedAssertion): AssertionTerms {
  const { now } = expected
  checkVersion(assertion)
  checkIssuer(assertion, expected.idpEntityId)
  const id = assertion.attributes.get('ID')
  if (!id) throw refused('id_invalid')
  checkIssueInstant(assertion, now)
  checkConditions(assertion, expected)
  return { id, ...confirmation(assertion, expected), ...authentication(assertion, now) }
}

/** An assertion from the future is of a clock that nothing else of it can be judged by. */
function checkIssueInstant(assertion: XmlElement, now: EpochSeconds): void {
  const issued = secondsOf(assertion.attributes.get('IssueInstant') ?? '')
  if (issued > now + CLOCK_SKEW_SECONDS) throw clocksApart('too_early', issued, now)
}

function checkConditions(assertion: XmlElement, { audience, now }: ExpectedAssertion): void {
  const [conditions, another] = childrenOf(assertion, NS.assertion, 'Conditions')
  if (!conditions || another) throw refused('conditions_invalid')
  checkTimes(conditions, now)

  const restrictions = childrenOf(conditions, NS.assertion, 'AudienceRestriction')
  if (restrictions.length === 0) throw refused('audience_invalid')
  for (const restriction of restrictions) {
    const audiences = childrenOf(restriction, NS.assertion, 'Audience').map(simpleText)
    if (!audiences.includes(audience)) throw refused('audience_invalid')
  }
  // One use is all that any assertion is good for here; a proxy is nothing that we are.
  const isKnown = (condition: XmlElement) =>
    ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'].some((name) =>
      isElement(condition, NS.assertion, name),
    )
  if (!conditions.children.every(isKnown)) throw refused('condition_unknown')
}

function checkTimes({ attributes }: XmlElement, now: EpochSeconds): void {
  const notBefore = attributes.get('NotBefore')
  if (notBefore !== undefined && secondsOf(notBefore) > now + CLOCK_SKEW_SECONDS) {
    throw clocksApart('too_early', secondsOf(notBefore), now)
  }
  const notOnOrAfter = attributes.get('NotOnOrAfter')
  if (notOnOrAfter !== undefined && secondsOf(notOnOrAfter) + CLOCK_SKEW_SECONDS <= now) {
    throw clocksApart('too_late', secondsOf(notOnOrAfter), now)
  }
}

/** One confirmation has to pass wholly: nothing of two is put together. */
function confirmation(
  assertion: XmlElement,
  { recipient, now }: ExpectedAssertion,
): Pick<AssertionTerms, 'inResponseTo' | 'confirmableUntil'> {
  const [subject, another] = childrenOf(assertion, NS.assertion, 'Subject')
  if (!subject || another) throw refused('subject_invalid')
  const bearers = childrenOf(subject, NS.assertion, 'SubjectConfirmation')
    .filter(({ attributes }) => attributes.get('Method') === METHOD_BEARER)
    .flatMap((one) => {
      const [data, more] = childrenOf(one, NS.assertion, 'SubjectConfirmationData')
      const notOnOrAfter = data?.attributes.get('NotOnOrAfter')
      return data && !more && notOnOrAfter !== undefined
        ? [{ data, until: secondsOf(notOnOrAfter) + CLOCK_SKEW_SECONDS }]
        : []
    })
    .filter(
      ({ data: { attributes } }) =>
        attributes.get('Recipient') === recipient && !attributes.has('NotBefore'),
    )
  const passing = bearers.filter(({ until }) => now < until)
  const [passed, ...others] = passing
  const inResponseTo = passed?.data.attributes.get('InResponseTo')
  if (!passed) {
    const [late] = bearers
    if (late) throw clocksApart('too_late', late.until - CLOCK_SKEW_SECONDS, now)
    throw refused('confirmation_invalid')
  }
  if (others.some(({ data }) => data.attributes.get('InResponseTo') !== inResponseTo)) {
    throw refused('confirmation_invalid')
  }
  return {
    ...(inResponseTo !== undefined && { inResponseTo }),
    confirmableUntil: Math.max(...passing.map(({ until }) => until)),
  }
}

function authentication(
  assertion: XmlElement,
  now: EpochSeconds,
): Pick<AssertionTerms, 'sessionIndex' | 'sessionEndsAt'> {
  const [statement] = childrenOf(assertion, NS.assertion, 'AuthnStatement')
  if (!statement) throw refused('statement_missing')
  const end = statement.attributes.get('SessionNotOnOrAfter')
  const sessionEndsAt = end === undefined ? undefined : secondsOf(end)
  if (sessionEndsAt !== undefined && sessionEndsAt <= now) {
    throw clocksApart('too_late', sessionEndsAt, now)
  }
  const sessionIndex = statement.attributes.get('SessionIndex')
  return {
    ...(sessionIndex && { sessionIndex }),
    ...(sessionEndsAt !== undefined && { sessionEndsAt }),
  }
}

/** Says both clocks: of a hospital's server it is often the clock that is wrong (SA-31). */
function clocksApart(reason: 'too_early' | 'too_late', theirs: number, now: EpochSeconds) {
  const bound = reason === 'too_early' ? 'begins' : 'ended'
  return new BrokerError('saml_clock_skew', {
    hint: `It is ${samlTime(now)} here, and the sign-on ${bound} at ${samlTime(theirs)}.`,
    detail: { reason },
  })
}
