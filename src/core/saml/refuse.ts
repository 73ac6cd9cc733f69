import { BrokerError } from '#core/errors.ts'

/** Why a message is not believed; for the log, and the same answer for all of them. */
export type Refusal =
  | 'body_invalid'
  | 'not_base64'
  | 'too_large'
  | 'not_utf8'
  | 'xml_not_plain'
  | 'xml_malformed'
  | 'message_type_invalid'
  | 'version_unsupported'
  | 'id_invalid'
  | 'assertion_misplaced'
  | 'signature_misplaced'
  | 'signature_form_invalid'
  | 'algorithm_refused'
  | 'signature_missing'
  | 'signature_invalid'
  | 'encryption_missing'
  | 'decryption_failed'
  | 'issuer_invalid'
  | 'destination_invalid'
  | 'status_missing'
  | 'subject_invalid'
  | 'confirmation_invalid'
  | 'conditions_invalid'
  | 'condition_unknown'
  | 'audience_invalid'
  | 'statement_missing'
  | 'in_response_to_invalid'
  | 'relay_state_invalid'
  | 'time_invalid'
  | 'replayed'
  | 'too_late'
  | 'too_early'

/** The refusal of a message that did not verify. */
export function refused(reason: Refusal, cause?: unknown): BrokerError {
  return new BrokerError('saml_response_invalid', { cause, detail: { reason } })
}
