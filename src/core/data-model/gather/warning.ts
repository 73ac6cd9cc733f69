import type { BrokerError } from '#core/errors.ts'

/** What an answer lacks, and why: a part of its message, by the section that it belongs to. */
export interface Warning {
  /** The section, or the field, as the data model names it. */
  readonly section: string
  /** The resource type that could not be had, or not wholly. */
  readonly type: string
  /** A sentence for the app. Nothing of a patient, and nothing that the EHR said. */
  readonly text: string
  readonly code: string
}

/** What is said where the EHR, or a policy, did not let a search be done. */
export function missing(section: string, type: string, error: BrokerError): Warning {
  return {
    section,
    type,
    code: error.code,
    text: `${section} lacks what ${type} would tell. ${error.message}`,
  }
}
