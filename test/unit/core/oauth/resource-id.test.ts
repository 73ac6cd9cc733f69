import { describe, expect, it } from 'vitest'
import { resourceId } from '#core/oauth/resource-id.ts'

describe('the id in a launch context', () => {
  it.each(['https://ehr.example/fhir', 'https://ehr.example/fhir/'])(
    'is that of a reference below %s, and of no other server or path',
    (base) => {
      expect(resourceId('https://ehr.example/fhir/Patient/7', 'Patient', base)).toBe('7')
      expect(resourceId('https://ehr.example/fhir2/Patient/7', 'Patient', base)).toBeNull()
      expect(resourceId('https://other.example/fhir/Patient/7', 'Patient', base)).toBeNull()
    },
  )

  it.each([undefined, null, ''])('is not there where it is %j, which says nothing', (value) => {
    expect(resourceId(value, 'Patient', 'https://ehr.example/fhir')).toBeUndefined()
  })

  it.each([true, {}, ['7'], 1.5])('is refused where it is %j, which is no id', (value) => {
    expect(resourceId(value, 'Patient', 'https://ehr.example/fhir')).toBeNull()
  })
})
