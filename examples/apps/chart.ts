import {
  type BrokerClient,
  EhrDownError,
  FhirRefusedError,
  LaunchAgainError,
  type Visit,
} from '@sallyport/client'

interface Observation {
  readonly code?: { readonly text?: string }
  readonly valueQuantity?: { readonly value?: number; readonly unit?: string }
}

/** The page that the examples show: whom it is about, and what was observed; or why that is not to be had. */
export async function chartPage(broker: BrokerClient, { key, message }: Visit): Promise<string> {
  const patient = message.Patient?.Identifiers?.find(({ IDType }) => IDType === 'FHIR')?.ID ?? ''
  const { FirstName = '', LastName = '' } = message.Patient?.Demographics ?? {}
  const session = broker.session(message.Meta).expectPatient(patient)
  const rows: string[] = []
  let problem = ''
  try {
    const search = `Observation?${new URLSearchParams({ patient, _sort: '-date' })}`
    for await (const { entry = [] } of session.pages(search, { maxPages: 10 })) {
      for (const { resource } of entry) rows.push(row(resource as Observation))
    }
  } catch (error) {
    problem = `<p role="alert">${sentenceFor(error)}</p>`
  }
  return htmlPage(
    `${escapeHtml(FirstName)} ${escapeHtml(LastName)}`,
    `${problem}<ul>${rows.join('')}</ul>
<form method="post" action="/s/${key}/sign-off"><button>Sign off</button></form>`,
  )
}

/** For somebody whose session is not here. */
export const launchAgainPage = (): string =>
  htmlPage('Launch the app again', '<p>You are not signed on here. Start the app from the EHR.</p>')

/** What an error means for the person; one that is none of theirs is thrown on. */
function sentenceFor(error: unknown): string {
  if (error instanceof LaunchAgainError || error instanceof EhrDownError) return error.message
  if (error instanceof FhirRefusedError) return `The EHR refused this (status ${error.status}).`
  throw error
}

function row({ code, valueQuantity: quantity }: Observation): string {
  const value = quantity ? `${quantity.value ?? ''} ${quantity.unit ?? ''}` : ''
  return `<li>${escapeHtml(code?.text ?? 'Observation')} ${escapeHtml(value)}</li>`
}

function htmlPage(title: string, content: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${title}</title>
<main><h1>${title}</h1>${content}</main></html>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
