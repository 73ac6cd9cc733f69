/** The FHIR resource that an error is told in; only the elements that we use. */
export interface OperationOutcome {
  readonly resourceType: 'OperationOutcome'
  readonly issue: readonly {
    readonly severity: 'error'
    readonly code: string
    readonly details: { readonly text: string }
    readonly diagnostics: string
  }[]
}

/**
 * An OperationOutcome with one issue.
 *
 * @param issue.code of FHIR's issue-type value set
 * @param issue.text for people, and says what to do next
 * @param issue.referenceId finds the log line
 */
export function operationOutcome(issue: {
  readonly code: string
  readonly text: string
  readonly referenceId: string
}): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: issue.code,
        details: { text: issue.text },
        diagnostics: `Reference: ${issue.referenceId}`,
      },
    ],
  }
}
