/** Where a mapping is written down, by the name that the tables cite it by. */
export const SOURCES = {
  'us-core': 'https://hl7.org/fhir/us/core/STU6.1/',
  'ccda-on-fhir': 'https://build.fhir.org/ig/HL7/ccda-on-fhir/',
  'redox-fields': 'https://github.com/redox-contrib/models/tree/master/schemas',
  'redox-sample':
    'https://github.com/jtravan3/redox-java-data-model/tree/master/src/test/resources',
  'scala-redox':
    'https://github.com/vital-software/scala-redox/tree/master/src/main/scala/com/github/vitalsoftware/scalaredox/models',
  'redox-recorded': 'https://github.com/patient-discovery/redox-client/tree/master/spec/cassettes',
  'hl7-oids': 'https://terminology.hl7.org/namingsystems.html',
  'v2-0203': 'https://terminology.hl7.org/CodeSystem-v2-0203.html',
  r4: 'https://hl7.org/fhir/R4/',
} as const satisfies Readonly<Record<string, string>>

/** A source, or the page of an R4 resource: `r4/allergyintolerance`. */
export type SourceName = keyof typeof SOURCES | `r4/${string}`

/** The address of a source. */
export function sourceUrl(name: SourceName): string {
  return name in SOURCES
    ? SOURCES[name as keyof typeof SOURCES]
    : `${SOURCES.r4}${name.slice('r4/'.length)}.html`
}
