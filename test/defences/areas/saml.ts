import { type Defence, unit } from '../defence.ts'

const FORGED = 'test/unit/core/saml/forged-messages.test.ts'
const ACCEPT = 'test/unit/core/saml/accept-response.test.ts'
const ENCRYPTED = 'test/unit/core/saml/encrypted-assertion.test.ts'
const PLAIN = 'test/unit/core/saml/plain-xml.test.ts'

/** What is believed of a SAML message, and what is not. */
export const SAML_DEFENCES: readonly Defence[] = [
  {
    rows: [27],
    defence: 'A message has one assertion, where it belongs',
    patch: {
      file: 'src/core/saml/verify-response.ts',
      find: '    named.length > 1 ||\n',
      replace: '',
    },
    shownBy: unit(FORGED, 'SX-3: a forged assertion before the signed one'),
  },
  {
    rows: [27],
    defence: 'A message without a signature says nothing',
    patch: {
      file: 'src/core/saml/verify-response.ts',
      find: "  if (!around && !own) throw refused('signature_missing')\n",
      replace: '',
    },
    shownBy: unit(FORGED, 'SX-13: a signature removed'),
  },
  {
    rows: [27],
    defence: 'What is read is what the signature covered',
    patch: {
      file: 'src/core/saml/verified-element.ts',
      find: "  if (signed === undefined) throw refused('signature_invalid')\n  const read = await parse(signed, xml)",
      replace: '  const read = signed === undefined ? element : await parse(signed, xml)',
    },
    shownBy: unit(FORGED, 'SX-13: a signature of other words'),
  },
  {
    rows: [27],
    defence: 'No two elements have one id',
    patch: {
      file: 'src/core/saml/verified-element.ts',
      find: 'new Set(ids).size !== ids.length',
      replace: 'ids.length < 0',
    },
    shownBy: unit(FORGED, 'SX-10: an id'),
  },
  {
    rows: [27],
    defence: 'Signatures have one form, and algorithms that are listed',
    patch: {
      file: 'src/core/saml/check-signature-form.ts',
      find: '(allowSha1 && algorithm === sha1)',
      replace: 'algorithm === sha1',
    },
    shownBy: unit(FORGED, 'SA-16: SHA-1 is refused'),
  },
  {
    rows: [27],
    defence: 'No DOCTYPE, comment or processing instruction reaches a parser',
    patch: {
      file: 'src/core/saml/plain-xml.ts',
      find: "    if (!tag) throw refused('xml_not_plain')\n",
      replace: '    if (!tag) return text\n',
    },
    shownBy: unit(PLAIN, 'SA-03:'),
  },
  {
    rows: [27],
    defence: 'A message has a length that it may have',
    patch: {
      file: 'src/core/saml/decode-message.ts',
      find: "  if (parameter.length > (MAX_BYTES * 3) / 2) throw refused('too_large')\n",
      replace: '',
    },
    shownBy: unit(PLAIN, 'SA-02: 4 MB of tags'),
  },
  {
    rows: [27],
    defence: 'An assertion is of the connection’s provider',
    patch: {
      file: 'src/core/saml/check-response.ts',
      find: ' || simpleText(issuer) !== idpEntityId',
      replace: '',
    },
    shownBy: unit(ACCEPT, 'SA-05: another issuer'),
  },
  {
    rows: [27],
    defence: 'A message is for this address',
    patch: {
      file: 'src/core/saml/check-response.ts',
      find: 'meantFor === undefined ? isSigned : meantFor !== destination',
      replace: 'meantFor === undefined && isSigned',
    },
    shownBy: unit(ACCEPT, 'SA-06: a destination that is another tenant'),
  },
  {
    rows: [27],
    defence: 'A provider’s refusal is no sign-on',
    patch: {
      file: 'src/core/saml/check-response.ts',
      find: 'if (value === STATUS_SUCCESS) return',
      replace: 'if (value !== undefined) return',
    },
    shownBy: unit(ACCEPT, 'SA-04: status AuthnFailed'),
  },
  {
    rows: [27],
    defence: 'An assertion names us as its audience',
    patch: {
      file: 'src/core/saml/check-assertion.ts',
      find: "if (!audiences.includes(audience)) throw refused('audience_invalid')",
      replace: '',
    },
    shownBy: unit(ACCEPT, 'SA-11:'),
  },
  {
    rows: [27],
    defence: 'A confirmation is for our recipient',
    patch: {
      file: 'src/core/saml/check-assertion.ts',
      find: "attributes.get('Recipient') === recipient && ",
      replace: '',
    },
    shownBy: unit(ACCEPT, 'SA-09: a confirmation to another Recipient'),
  },
  {
    rows: [27],
    defence: 'A confirmation ends',
    patch: {
      file: 'src/core/saml/check-assertion.ts',
      find: 'filter(({ until }) => now < until)',
      replace: 'filter(({ until }) => until > 0)',
    },
    shownBy: unit(ACCEPT, 'SA-10: confirmation that ended 60 seconds ago'),
  },
  {
    rows: [2, 27],
    defence: 'An answer is to a request of this browser, in both places that say so',
    patch: {
      file: 'src/core/saml/accept-response.ts',
      find: "response.attributes.get('InResponseTo') !== terms.inResponseTo",
      replace: 'terms.inResponseTo === null',
    },
    shownBy: unit(ACCEPT, 'SA-07: of the two InResponseTo'),
  },
  {
    rows: [1, 27],
    defence: 'A sign-on that nobody asked for wants a setting',
    patch: {
      file: 'src/core/saml/accept-response.ts',
      find: "  if (!idpInitiated) throw new BrokerError('saml_unsolicited')\n",
      replace: '',
    },
    shownBy: unit(ACCEPT, 'SA-07: a sign-on that nobody asked for'),
  },
  {
    rows: [27],
    defence: 'An assertion is accepted once',
    patch: {
      file: 'src/core/saml/accept-response.ts',
      find: 'if (!(await replays.markSeen(replayScope(idpEntityId), id, confirmableUntil))) {',
      replace: 'if (confirmableUntil < 0) {',
    },
    shownBy: unit(ACCEPT, 'SA-12: of one message sent many times at once'),
  },
  {
    rows: [27],
    defence: 'A ciphertext that can be changed is not decrypted',
    patch: {
      file: 'src/core/saml/decrypt-assertion.ts',
      find: ' || (!cipher.isAuthenticated && !around.isSigned)',
      replace: '',
    },
    shownBy: unit(ENCRYPTED, 'SA-17: without a signature around it no CBC'),
  },
  {
    rows: [2, 27],
    defence: 'A request is taken at its own connection’s address',
    patch: {
      file: 'src/core/saml/take-request.ts',
      find: 'clear.connection !== connection',
      replace: "clear.connection === ''",
    },
    shownBy: unit('test/unit/core/saml/take-request.test.ts', 'SA-07: of another connection'),
  },
  {
    rows: [11, 27],
    defence: 'A RelayState that is not ours is refused',
    patch: {
      file: 'src/core/saml/take-request.ts',
      find: ' && relayState !== launchId',
      replace: " && relayState === launchId && launchId === ''",
    },
    shownBy: unit('test/lambdas/saml.test.ts', 'may lose its RelayState, and not get another’s'),
  },
  {
    rows: [27, 32],
    defence: 'A logout request is signed, in a query too',
    patch: {
      file: 'src/core/saml/redirect-binding.ts',
      find: "  if (!isVerified) throw refused('signature_invalid')\n",
      replace: '',
    },
    shownBy: unit('test/lambdas/saml-logout.test.ts', 'that is signed by somebody else'),
  },
  {
    rows: [27, 32],
    defence: 'A logout request that is posted is signed',
    patch: {
      file: 'src/core/saml/log-out.ts',
      find: "  if (!signed) throw refused('signature_missing')\n  return signed.element",
      replace: '  return signed?.element ?? outer',
    },
    shownBy: unit('test/lambdas/saml-logout.test.ts', 'that comes by POST without a signature'),
  },
  {
    rows: [27],
    defence: 'What we send by redirect is signed, the answer to a logout too',
    patch: {
      file: 'src/core/saml/redirect-binding.ts',
      find: '[own, signed, ',
      replace: '[own, signed, false && ',
    },
    shownBy: unit(
      'test/lambdas/saml-logout.test.ts',
      'is answered by a response that is signed by our key',
    ),
  },
  {
    rows: [24, 27],
    defence: 'A message inflates to what a message may have',
    patch: {
      file: 'src/core/saml/redirect-binding.ts',
      find: '{ maxOutputLength: MAX_BYTES }',
      replace: '{}',
    },
    shownBy: unit('test/lambdas/saml-logout.test.ts', 'that inflates to more than a message has'),
  },
]
