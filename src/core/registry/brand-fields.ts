import * as z from 'zod/mini'
import { name } from './registry-fields.ts'

const MAX_ALIASES = 50
/** A row of DynamoDB, and of the directory, has room for as many. */
const MAX_LOCATIONS = 200
/** Twenty of them stand in one page of the picker. */
const MAX_LOGO_CHARACTERS = 12_288

const part = (description: string) =>
  z.exactOptional(z.string().check(z.minLength(1), z.maxLength(80), z.meta({ description })))

const location = z.strictObject({
  name: part('What people call the place.'),
  city: part('City.'),
  state: part('State or province.'),
  postalCode: part('Postal code.'),
  country: part('Country, where it is not plain.'),
})

/**
 * How people know an organization: what its user-access brand says of it, in the launch picker.
 *
 * @see [SMART App Launch 2.2, user-access brands](https://hl7.org/fhir/smart-app-launch/brands.html)
 */
export const BRAND_FIELDS = {
  aliases: z.exactOptional(
    z
      .array(name('A further name that people look for it by.'))
      .check(
        z.maxLength(MAX_ALIASES),
        z.meta({ description: 'Further names that people look for it by.' }),
      ),
  ),
  locations: z.exactOptional(
    z
      .array(location)
      .check(
        z.maxLength(MAX_LOCATIONS),
        z.meta({ description: 'Its hospitals and clinics, as people look for them.' }),
      ),
  ),
  logo: z.exactOptional(
    z.string().check(
      z.regex(
        /^data:image\/(png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/,
        'Use an image as data:image/png;base64,…; PNG, JPEG, WebP or SVG.',
      ),
      z.maxLength(MAX_LOGO_CHARACTERS),
      z.meta({
        description:
          'Its logo, as a data: URL of at most 12,288 characters, so that the picker asks no other site.',
      }),
    ),
  ),
}
