import type { DocumentReference } from '@medplum/fhirtypes'
import type { Calendar } from './calendar.ts'
import type { Chart } from './chart.ts'
import { CLINICIANS, clinicianName } from './clinicians.ts'
import { concept } from './codes.ts'

/** A chart's notes as DocumentReferences, each with its plain text attached. */
export function toDocumentReferences(
  { id, documents }: Chart,
  calendar: Calendar,
): readonly DocumentReference[] {
  return documents.map(({ type: [code, text], daysAgo, lines }): DocumentReference => {
    const content = Buffer.from(`${lines.join('\n')}\n`)
    const date = calendar.ago(daysAgo, 5)
    return {
      resourceType: 'DocumentReference',
      id: `${id}-${daysAgo}-${code}`,
      status: 'current',
      docStatus: 'final',
      type: concept('loinc', code, text),
      category: [
        {
          coding: [
            {
              system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
              code: 'clinical-note',
            },
          ],
        },
      ],
      subject: { reference: `Patient/${id}` },
      date,
      author: [
        { reference: `Practitioner/${CLINICIANS[0].id}`, display: clinicianName(CLINICIANS[0]) },
      ],
      content: [
        {
          attachment: {
            contentType: 'text/plain; charset=utf-8',
            data: content.toString('base64'),
            size: content.length,
            title: text,
            creation: date,
          },
        },
      ],
      context: { encounter: [{ reference: `Encounter/${id}-${daysAgo}` }] },
    }
  })
}
