import { describe, expect, it } from 'vitest'
import { date, dateTime } from '#core/data-model/mapping/times.ts'

const nothing = () => undefined

describe('a time of FHIR', () => {
  it.each([
    ['2021-06-30T23:30:00-04:00', '2021-07-01T03:30:00.000Z', '2021-06-30'],
    ['2021-06-30T23:30:00.5Z', '2021-06-30T23:30:00.500Z', '2021-06-30'],
    // As exact as it was said: no hour, day or month is made up, and no zone.
    ['2021', '2021', '2021'],
    ['2021-06', '2021-06', '2021-06'],
    ['2024-02-29', '2024-02-29', '2024-02-29'],
    ['2021-06-30T23:30:00', '2021-06-30T23:30:00', '2021-06-30'],
    // A leap second is a time, though JavaScript has none.
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:60Z', '2016-12-31'],
  ])('%s is the time %s, and the day %s', (said, time, day) => {
    expect(dateTime.convert(said, nothing)).toBe(time)
    expect(date.convert(said, nothing)).toBe(day)
  })

  it.each(['2021-02-30', '2023-02-29', '2021-13', '2021-00-10', '21', 'May', '', ' ', null, 2021])(
    'is not %s',
    (said) => {
      expect(dateTime.convert(said, nothing)).toBeUndefined()
      expect(date.convert(said, nothing)).toBeUndefined()
    },
  )
})
