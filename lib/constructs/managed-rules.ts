/** A group of rules that AWS keeps, and those of its rules that only count. */
export interface ManagedRules {
  readonly group: string
  /** What it is there for. */
  readonly against: string
  /** Rules that would refuse what is right, and what that is. */
  readonly counted: Readonly<Record<string, string>>
}

/**
 * @see [AWS Managed Rules](https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html)
 */
export const MANAGED_RULES: readonly ManagedRules[] = [
  {
    group: 'AWSManagedRulesAmazonIpReputationList',
    against: 'addresses that Amazon knows as bots and scanners',
    counted: {},
  },
  {
    group: 'AWSManagedRulesKnownBadInputsRuleSet',
    against: 'requests that exploit known flaws, as Log4j’s',
    counted: {},
  },
  {
    group: 'AWSManagedRulesCommonRuleSet',
    against: 'what is common to attacks on web applications',
    counted: {
      SizeRestrictions_QUERYSTRING:
        'It refuses more than 2,048 bytes. A `launch` parameter may have 8 kB, and so may the code and state of an answer.',
      SizeRestrictions_BODY:
        'It refuses more than 8 kB. FHIR resources, data model messages and SAML answers are larger; API Gateway and the functions have limits of their own.',
      SizeRestrictions_URIPATH:
        'It refuses more than 1,024 bytes. The address of a further page is encrypted, and may be longer.',
      GenericRFI_QUERYARGUMENTS:
        'It refuses addresses in a query. `iss` is one in each EHR launch, and FHIR searches name code systems by theirs.',
      GenericRFI_BODY:
        'It refuses addresses in a body. FHIR resources are full of them: systems, profiles, references; client assertions’ forms have them too.',
      GenericLFI_BODY:
        'It refuses `../` in a body. Clinical text may have it, and no body of ours names a file.',
      CrossSiteScripting_BODY:
        'It refuses markup in a body. A FHIR resource has its narrative in XHTML; no body that is posted here is shown to anybody but by the app.',
      RestrictedExtensions_URIPATH:
        'It refuses endings as `.log` and `.ini`. A FHIR id may have a point in it and end so.',
      RestrictedExtensions_QUERYARGUMENTS:
        'The same in a query, where launch parameters and codes are opaque and may have points in them.',
      NoUserAgent_HEADER:
        'It refuses requests that name no program. Servers need not: Node.js does not by itself, nor do identity providers’ logouts.',
    },
  },
]
