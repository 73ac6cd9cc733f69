import { describe, expect, it } from 'vitest'
import { dosage } from '#core/data-model/clinical-summary/dosage.ts'
import { interpretation } from '#core/data-model/mapping/observations.ts'
import { mapped } from '#core/data-model/mapping/rules.ts'
import { applyTable } from '#core/data-model/mapping/table.ts'
import { attachmentOf } from '#core/data-model/notes/content-types.ts'
import { entryOf } from '#core/entry-of.ts'
import { patientInContext } from '#core/identity/patient-in-context.ts'
import { visitInContext } from '#core/identity/visit-in-context.ts'
import { errorOf } from '#core/oauth/token-error.ts'

const INHERITED = ['__proto__', ...Object.getOwnPropertyNames(Object.prototype)]

const nothing = () => undefined

describe('a name that every object has, where an EHR has a code', () => {
  it.each(INHERITED)('is of no table: %s', (name) => {
    expect(entryOf({ male: 'Male' }, name)).toBeUndefined()
    expect(interpretation.convert({ coding: [{ code: name }] }, nothing)).toBe(name)
    expect(mapped({ N: 'Normal' }).convert(name, nothing)).toBe(name)
    expect(patientInContext('pat-1', { gender: name })).not.toHaveProperty('sex')
    expect(
      visitInContext({
        location: [{ physicalType: { coding: [{ code: name }] }, location: { display: 'Ward 3' } }],
      }),
    ).toEqual({ department: 'Ward 3' })
    expect(attachmentOf('Base64 Encoded', 'AA==', `note.${name}`).contentType).toBe(
      'application/octet-stream',
    )
    expect(errorOf({ error: name })).toEqual({ code: name })
    const timing = { repeat: { frequency: 2, period: 1, periodUnit: name } }
    expect(applyTable(dosage('dosage'), { dosage: [{ timing }] }, nothing)).toMatchObject({
      Frequency: { Period: '0.5', Unit: name },
    })
  })
})
