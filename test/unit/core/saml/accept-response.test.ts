import { expect, test } from 'vitest'
import { memoryReplayStore } from '#adapters/memory/replay-store.ts'
import { BrokerError } from '#core/errors.ts'
import {
  ACS,
  AUTHN,
  assertion,
  at,
  audience,
  BEARER,
  confirmation,
  confirmationData,
  GOOD_DATA,
  NOW,
  RESPONSE_ATTRIBUTES,
  response,
  SP,
  sign,
} from '../../../support/saml/messages.ts'
import { accept, honest, refusal } from '../../../support/saml/service-provider.ts'

const signed = (...parts: Parameters<typeof assertion>) =>
  response(sign(assertion(...parts), 'Assertion', honest))

const otherProvider = `<saml:Issuer>https://other.example.org</saml:Issuer>`

test('an honest answer is accepted, and says who signed on, of which session, until when', async () => {
  const ends = AUTHN.replace('SessionIndex', `SessionNotOnOrAfter="${at(900)}" SessionIndex`)

  expect(await accept(signed({ authn: ends }))).toMatchObject({
    nameId: { value: 'dr.okafor', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
    inResponseTo: '_request',
    request: '_request',
    sessionIndex: '_session',
    sessionEndsAt: NOW + 900,
    usesSha1: false,
  })
})

test.each([
  ['an assertion of version 1.1', signed({ version: '1.1' })],
  [
    'a response of version 1.1',
    response(sign(assertion(), 'Assertion', honest), {
      attributes: RESPONSE_ATTRIBUTES.replace('2.0', '1.1'),
    }),
  ],
])('SA-04: %s is refused', async (_, message) => {
  expect(await refusal(message)).toBe('saml_response_invalid version_unsupported')
})

test.each([
  ['AuthnFailed', 'saml_authentication_failed'],
  ['NoPassive', 'saml_sign_on_needed'],
  ['RequestDenied', 'saml_sign_on_denied'],
  ['UnknownPrincipal', 'saml_sign_on_failed'],
])('SA-04: status %s ends as %s, with a good assertion inside too', async (status, code) => {
  const urn = 'urn:oasis:names:tc:SAML:2.0:status:'
  const refusing = `<samlp:Status><samlp:StatusCode Value="${urn}Responder"><samlp:StatusCode Value="${urn}${status}"/></samlp:StatusCode></samlp:Status>`

  expect(
    await refusal(response(sign(assertion(), 'Assertion', honest), { status: refusing })),
  ).toBe(`${code} ${status}`)
})

test.each([
  ['', 'saml_response_invalid status_missing'],
  ['<samlp:Status/>', 'saml_response_invalid status_missing'],
  ['<samlp:Status><samlp:StatusCode Value="urn:x"/></samlp:Status>', 'saml_sign_on_failed other'],
])('SA-04: the status %j is no success', async (status, expected) => {
  const message = response(sign(assertion(), 'Assertion', honest), { status })
  expect(await refusal(message)).toBe(expected)
})

test.each([
  ['of the assertion', signed({ issuer: otherProvider })],
  [
    'of the response',
    response(sign(assertion(), 'Assertion', honest), {
      issuer: otherProvider.replace('>', ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">'),
    }),
  ],
])('SA-05: another issuer %s is refused', async (_, message) => {
  expect(await refusal(message)).toBe('saml_response_invalid issuer_invalid')
})

test.each([
  ['another path', `Destination="${ACS}/x"`],
  ['another tenant', `Destination="${ACS.replace('hospital', 'clinic')}"`],
])('SA-06: a destination that is %s is refused', async (_, destination) => {
  const attributes = RESPONSE_ATTRIBUTES.replace(/Destination="[^"]*"/, destination)
  const message = response(sign(assertion(), 'Assertion', honest), { attributes })
  expect(await refusal(message)).toBe('saml_response_invalid destination_invalid')
})

test('SA-06: a signed response without a destination is refused, an unsigned one is not', async () => {
  const attributes = RESPONSE_ATTRIBUTES.replace(/ Destination="[^"]*"/, '')
  const whole = response(assertion(), { attributes })
  const inside = response(sign(assertion(), 'Assertion', honest), { attributes })

  expect(await refusal(sign(whole, 'Response', honest))).toBe(
    'saml_response_invalid destination_invalid',
  )
  expect(await refusal(inside)).toBe('accepted dr.okafor')
})

test.each([
  ['none in the response', RESPONSE_ATTRIBUTES.replace(/ InResponseTo="[^"]*"/, ''), GOOD_DATA],
  ['none in the confirmation', RESPONSE_ATTRIBUTES, GOOD_DATA.replace(/InResponseTo="\w*"/, '')],
  ['two different', RESPONSE_ATTRIBUTES, GOOD_DATA.replace('_request', '_other')],
])('SA-07: of the two InResponseTo, %s is refused', async (_, attributes, data) => {
  const confirmations = confirmation(confirmationData(data))
  const message = response(sign(assertion({ confirmations }), 'Assertion', honest), { attributes })
  expect(await refusal(message, { settings: { idpInitiated: true } })).toBe(
    'saml_response_invalid in_response_to_invalid',
  )
})

test('SA-07: the answer to a request of another browser is refused, and leaves no replay marker', async () => {
  const replays = memoryReplayStore()
  const takeRequest = () => Promise.reject(new BrokerError('state_browser_mismatch'))

  expect(await refusal(signed(), { takeRequest, replays })).toBe('state_browser_mismatch')
  expect(await refusal(signed(), { replays })).toBe('accepted dr.okafor')
})

test('SA-07: a sign-on that nobody asked for passes only where the connection takes them', async () => {
  const confirmations = confirmation(confirmationData(GOOD_DATA.replace(/InResponseTo="\w*"/, '')))
  const attributes = RESPONSE_ATTRIBUTES.replace(/ InResponseTo="[^"]*"/, '')
  const message = response(sign(assertion({ confirmations }), 'Assertion', honest), { attributes })

  expect(await refusal(message)).toBe('saml_unsolicited')
  expect(await refusal(message, { settings: { idpInitiated: true } })).toBe('accepted dr.okafor')
})

test.each([
  ['none', ''],
  ['without data', confirmation('')],
  ['without Recipient', confirmation(confirmationData(GOOD_DATA.replace(/Recipient="[^"]*"/, '')))],
  ['to another Recipient', confirmation(confirmationData(GOOD_DATA.replace('hospital', 'clinic')))],
  [
    'without NotOnOrAfter',
    confirmation(confirmationData(GOOD_DATA.replace(/NotOn\w*="[^"]*"/, ''))),
  ],
  ['with NotBefore', confirmation(confirmationData(`${GOOD_DATA} NotBefore="${at(-5)}"`))],
  [
    'holder of key',
    confirmation(confirmationData(GOOD_DATA), BEARER.replace('bearer', 'holder-of-key')),
  ],
  [
    'sender vouches',
    confirmation(confirmationData(GOOD_DATA), BEARER.replace('bearer', 'sender-vouches')),
  ],
  [
    'in two halves',
    confirmation(confirmationData(GOOD_DATA.replace(/Recipient="[^"]*"/, ''))) +
      confirmation(confirmationData(GOOD_DATA.replace(/NotOn\w*="[^"]*"/, ''))),
  ],
])('SA-09: a confirmation %s is refused', async (_, confirmations) => {
  expect(await refusal(signed({ confirmations }))).toBe(
    'saml_response_invalid confirmation_invalid',
  )
})

test('SA-09: of two confirmations, one that passes wholly is enough', async () => {
  const confirmations =
    confirmation(confirmationData(GOOD_DATA), BEARER.replace('bearer', 'holder-of-key')) +
    confirmation(confirmationData(GOOD_DATA))
  expect(await refusal(signed({ confirmations }))).toBe('accepted dr.okafor')
})

test('SA-09: two confirmations that pass for two requests are refused', async () => {
  const confirmations =
    confirmation(confirmationData(GOOD_DATA)) +
    confirmation(confirmationData(GOOD_DATA.replace('_request', '_other')))
  expect(await refusal(signed({ confirmations }))).toBe(
    'saml_response_invalid confirmation_invalid',
  )
})

test.each([
  ['confirmation', 59, 'accepted dr.okafor'],
  ['confirmation', 60, 'saml_clock_skew too_late'],
  ['conditions', 59, 'accepted dr.okafor'],
  ['conditions', 60, 'saml_clock_skew too_late'],
] as const)('SA-10: %s that ended %i seconds ago: %s', async (where, ago, expected) => {
  const message =
    where === 'confirmation'
      ? signed({
          confirmations: confirmation(confirmationData(GOOD_DATA.replace(at(300), at(-ago)))),
        })
      : signed({
          conditions: `<saml:Conditions NotOnOrAfter="${at(-ago)}">${audience(SP)}</saml:Conditions>`,
        })
  expect(await refusal(message)).toBe(expected)
})

test.each([
  [60, 'accepted dr.okafor'],
  [61, 'saml_clock_skew too_early'],
])('SA-10: conditions that begin in %i seconds: %s', async (ahead, expected) => {
  const conditions = `<saml:Conditions NotBefore="${at(ahead)}">${audience(SP)}</saml:Conditions>`
  expect(await refusal(signed({ conditions }))).toBe(expected)
})

test('SA-10: an unknown condition is not passed over; OneTimeUse is what always holds', async () => {
  const of = (condition: string) =>
    signed({ conditions: `<saml:Conditions>${audience(SP)}${condition}</saml:Conditions>` })

  expect(await refusal(of('<x:Only xmlns:x="urn:x"/>'))).toBe(
    'saml_response_invalid condition_unknown',
  )
  expect(await refusal(of('<saml:OneTimeUse/>'))).toBe('accepted dr.okafor')
})

test('SA-10: an assertion without conditions is refused', async () => {
  expect(await refusal(signed({ conditions: null }))).toBe(
    'saml_response_invalid conditions_invalid',
  )
})

test.each([
  ['none', '', 'saml_response_invalid audience_invalid'],
  ['an empty one', audience(), 'saml_response_invalid audience_invalid'],
  [
    'one for another',
    audience('https://other.example.org'),
    'saml_response_invalid audience_invalid',
  ],
  [
    'two, one for another',
    audience(SP) + audience('urn:other'),
    'saml_response_invalid audience_invalid',
  ],
  ['one that names us too', audience('urn:other', SP), 'accepted dr.okafor'],
])('SA-11: of audience restrictions, %s: %s', async (_, audiences, expected) => {
  expect(await refusal(signed({ audiences }))).toBe(expected)
})

test('SA-12: of one message sent many times at once, one is accepted', async () => {
  const replays = memoryReplayStore()
  const message = signed()
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => refusal(message, { replays })))

  expect(outcomes.sort()).toEqual(['accepted dr.okafor', ...Array(4).fill('saml_replayed')])
})

test('SA-12: an assertion is remembered until no confirmation of it can hold, our patience included', async () => {
  const marks: unknown[] = []
  const replays = {
    markSeen: async (...mark: unknown[]) => {
      marks.push(mark)
      return true
    },
  }
  await accept(signed(), { replays })
  expect(marks).toEqual([['saml:https://idp.example.org/entity', '_assertion', NOW + 360]])
})

test('SA-13: an assertion without an authentication, or of a session that is over, is refused', async () => {
  const over = AUTHN.replace('SessionIndex', `SessionNotOnOrAfter="${at(0)}" SessionIndex`)

  expect(await refusal(signed({ authn: null }))).toBe('saml_response_invalid statement_missing')
  expect(await refusal(signed({ authn: over }))).toBe('saml_clock_skew too_late')
})

test('SA-31: a clock that is five minutes off is told with both clocks', async () => {
  const conditions = `<saml:Conditions NotBefore="${at(300)}">${audience(SP)}</saml:Conditions>`
  await expect(accept(signed({ conditions }))).rejects.toThrow(
    `It is ${at(0)} here, and the sign-on begins at ${at(300)}.`,
  )
})

test.each([
  '',
  'yesterday',
  '2027-01-15T08:00:00',
  '2027-01-15T08:00:00+01:00',
  '2027-13-45T99:00:00Z',
])('SA-10: the time %j is refused', async (time) => {
  const conditions = `<saml:Conditions NotBefore="${time}">${audience(SP)}</saml:Conditions>`
  expect(await refusal(signed({ conditions }))).toBe('saml_response_invalid time_invalid')
})
