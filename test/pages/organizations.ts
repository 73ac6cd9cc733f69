/** Name, city, state, postal code and a color of the logo; made up, as the sandbox's people are. */
const ORGANIZATIONS = [
  ['Alder Creek Family Practice', 'Boise', 'ID', '83702', '#2f6f4f'],
  ['Bayview Children’s Hospital', 'Mobile', 'AL', '36602', '#7a3b8f'],
  ['Blue River Cardiology', 'Blue River', 'OR', '97413', ''],
  ['Cedar County Health', 'Tipton', 'IA', '52772', '#8a5a12'],
  ['Clearwater Women’s Clinic', 'Lewiston', 'ID', '83501', ''],
  ['Eastgate Orthopedics', 'Dayton', 'OH', '45402', '#1d4380'],
  ['Fairmont Regional Medical Center', 'Fairmont', 'WV', '26554', '#96243b'],
  ['Granite Hills Hospital', 'Barre', 'VT', '05641', ''],
  ['Harbor Point Dialysis', 'Duluth', 'MN', '55802', ''],
  ['Juniper Behavioral Health', 'Santa Fe', 'NM', '87501', '#0d7f86'],
  ['Lakeshore University Hospital and Clinics', 'Madison', 'WI', '53703', '#7a1d1d'],
  ['Mapleton Pediatrics', 'Mapleton', 'UT', '84664', ''],
  ['Northwind Oncology', 'Fargo', 'ND', '58102', ''],
  ['Prairie View Medical Group', 'Salina', 'KS', '67401', ''],
  ['Riverbend Health', 'Memphis', 'TN', '38103', '#0d5c8a'],
  ['Riverside Community Hospital', 'Toledo', 'OH', '43604', '#35578f'],
  ['Saltmarsh Eye Institute', 'Savannah', 'GA', '31401', ''],
  ['St. Brigid Medical Center', 'Albany', 'NY', '12207', '#4a5d23'],
  ['Summit Sports Medicine', 'Flagstaff', 'AZ', '86001', ''],
  ['Twin Pines Urgent Care', 'Redding', 'CA', '96001', ''],
  ['Valley Oak Hospital', 'Visalia', 'CA', '93291', '#5d4a8a'],
  ['Westfield General', 'Westfield', 'MA', '01085', ''],
] as const

const slugOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z ]/g, '')
    .replaceAll(' ', '-')

const logoOf = (color: string) =>
  `data:image/svg+xml;base64,${Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="8" fill="${color}"/><circle cx="24" cy="24" r="10" fill="none" stroke="#fff" stroke-width="5"/></svg>`,
  ).toString('base64')}`

/** What the registry says of many organizations and their connections, for the picker to list. */
export function manyOrganizations({ registration }: { readonly registration: string }) {
  return {
    organizations: ORGANIZATIONS.map(([name, city, state, postalCode, color]) => ({
      slug: slugOf(name),
      name,
      locations: [{ city, state, postalCode }],
      ...(color && { logo: logoOf(color) }),
    })),
    connections: ORGANIZATIONS.map(([name], index) => ({
      id: slugOf(name),
      organization: slugOf(name),
      environment: 'Production',
      app: 'heartline',
      registration,
      source: { id: `c2d7be10-6a4f-4a55-8f0e-${`${index}`.padStart(12, '0')}`, name },
      // Nobody listens there.
      fhirBaseUrl: `http://127.0.0.1:9/${slugOf(name)}/R4`,
      fhirVersion: 'R4',
      scopes: ['launch', 'openid', 'fhirUser', 'patient/*.rs'],
      standaloneLaunch: true,
      listed: true,
      // Nothing is fetched of EHRs that there are not.
      endpointHosts: [],
    })),
  }
}

/** One of them, whose server nobody reaches. */
export const UNREACHABLE = slugOf(ORGANIZATIONS[0][0])
