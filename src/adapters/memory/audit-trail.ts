import type { AuditRecord, AuditTrail } from '#core/fhir/audit/audit-record.ts'

/** An audit trail that keeps its records, to be read. */
export function memoryAuditTrail(): AuditTrail & { readonly records: readonly AuditRecord[] } {
  const records: AuditRecord[] = []
  return {
    records,
    async record(record) {
      records.push(record)
    },
  }
}
