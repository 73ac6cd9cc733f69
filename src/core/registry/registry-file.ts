import * as z from 'zod/mini'
import { EVENT_TYPES } from '#core/events/broker-event.ts'
import { BRAND_FIELDS } from './brand-fields.ts'
import {
  address,
  frameOrigin,
  host,
  identifier,
  name,
  oauthClientId,
  partyId,
  publicJwk,
  scope,
  seconds,
  secretRef,
} from './registry-fields.ts'
import { fhirAuthority, signOn } from './sign-on-fields.ts'
import { authorizationServer, userRequest, vendorId, vendorOverrides } from './vendor-fields.ts'

export const DEFAULT_SESSION_POLICY = { absoluteSeconds: 12 * 60 * 60, idleSeconds: 60 * 60 }

const organization = z.strictObject({
  slug: identifier('Stands in the FHIR URL: /fhir/{version}/{slug}/{environment}.'),
  name: name('What people call the health system.'),
  ...BRAND_FIELDS,
})

const ssoDestination = z.strictObject({
  id: partyId('The app as the SSO message names it (`Meta.Destinations`, `aud`). Never changes.'),
  name: name('The app’s name in the SSO message.'),
  url: address('Takes the SSO message by POST.'),
  errorUrl: z.exactOptional(address('A static page for a person whose sign-on failed.')),
  redirectOrigins: z
    .array(address('An origin: https://app.example.org, without a path.'))
    .check(
      z.meta({ description: 'Where the app’s answer to the SSO message may send the browser.' }),
    ),
  showsHtml: z.exactOptional(
    z.boolean().check(
      z.meta({
        description:
          'Whether HTML that the app answers the SSO message with is shown: in a sandbox, without the origin of the broker. False by default: an app answers with a redirect.',
      }),
    ),
  ),
  signature: z.exactOptional(
    z
      .enum(
        ['HS256', 'RS384', 'ES384', 'verification-token'],
        'Use HS256, RS384, ES384 or verification-token.',
      )
      .check(
        z.meta({
          description:
            'What proves the SSO message: a JWT signed with the secret (HS256) or with a key of this deployment, published at /.well-known/messages-jwks.json (RS384, ES384); or the secret itself, in the header verification-token. HS256 by default.',
        }),
      ),
  ),
  secretRef: z.exactOptional(
    secretRef(
      'Name of the secret of HS256 or verification-token: sallyport secret set sso <name>.',
    ),
  ),
})

const webhook = z.strictObject({
  url: address('Takes events by POST.'),
  events: z.exactOptional(
    z.array(z.enum(EVENT_TYPES, `Use ${EVENT_TYPES.join(', ')}.`)).check(
      z.minLength(1),
      z.meta({
        description: 'Types of events to send; all but session.refreshed when left out.',
      }),
    ),
  ),
  secretRef: secretRef(
    'Name of the secret that signs webhooks: sallyport secret set webhook <name>.',
  ),
})

const apiClient = z.strictObject({
  clientId: oauthClientId('`iss` and `sub` of the client’s assertions at /auth/token.'),
  jwks: z.exactOptional(
    z
      .strictObject({ keys: z.array(publicJwk).check(z.minLength(1)) })
      .check(z.meta({ description: 'Public keys of the client. This or jwksUri.' })),
  ),
  jwksUri: z.exactOptional(address('Where the client publishes its public keys. This or jwks.')),
})

const app = z.strictObject({
  id: identifier('The app’s own id; also a launch key: /launch/{id}.'),
  name: name('What people call the app.'),
  ssoDestination: z.exactOptional(
    ssoDestination.check(
      z.meta({
        description: 'Where the app is told who signed on. An app with connections must have one.',
      }),
    ),
  ),
  webhook: z.exactOptional(
    webhook.check(
      z.meta({ description: 'Where the app’s server is told of its sessions and connections.' }),
    ),
  ),
  clients: z
    ._default(z.array(apiClient), [])
    .check(z.meta({ description: 'The app’s servers that may call the API.' })),
})

const authentication = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('none') }),
  z.strictObject({
    method: z.literal('client_secret_basic'),
    secretRef: secretRef('Name of the client secret: sallyport secret set client <name>.'),
  }),
  z.strictObject({
    method: z.literal('client_secret_post'),
    secretRef: secretRef('Name of the client secret: sallyport secret set client <name>.'),
  }),
  z.strictObject({ method: z.literal('private_key_jwt') }),
])

const registration = z.strictObject({
  id: identifier('The registration’s own id.'),
  app: identifier('Id of the app that this client belongs to; no other app may use it.'),
  clientId: oauthClientId('`client_id` as the vendor or authorization server issued it.', 8_192),
  authentication: authentication.check(
    z.meta({
      description:
        'How the client proves itself: none (public, PKCE only), client_secret_basic, client_secret_post, or private_key_jwt with the key that this deployment publishes at /.well-known/jwks.json.',
    }),
  ),
  ownRedirectUri: z.exactOptional(
    z.boolean().check(
      z.meta({
        description:
          'Whether the vendor has /redirect/{id} as the client’s redirect URI, and not the common /redirect. Needed where clients of two apps are at one authorization server. False by default.',
      }),
    ),
  ),
})

const source = z.strictObject({
  id: partyId('The EHR as the SSO message names it (`Meta.Source`, `iss`). Never changes.'),
  name: name('The EHR’s name in the SSO message.'),
})

const sessionPolicy = z.strictObject({
  absoluteSeconds: z._default(
    seconds('A session ends this long after its launch.'),
    DEFAULT_SESSION_POLICY.absoluteSeconds,
  ),
  idleSeconds: z._default(
    seconds('A session ends this long after its last use.'),
    DEFAULT_SESSION_POLICY.idleSeconds,
  ),
})

const flag = (description: string) =>
  z.exactOptional(z.boolean().check(z.meta({ description: `${description} False by default.` })))

const fhirPolicy = z.strictObject({
  readOnly: flag('Whether nothing may be changed at the EHR.'),
  resourceTypes: z.exactOptional(
    z
      .array(z.string().check(z.regex(/^[A-Z][A-Za-z]{1,63}$/, 'Use the name of a resource type.')))
      .check(z.minLength(1), z.meta({ description: 'The only resource types to be asked for.' })),
  ),
  operations: z.exactOptional(
    z
      .array(
        z.string().check(z.regex(/^\$[A-Za-z][\w.-]*$/, 'Use an operation’s name with its $.')),
      )
      .check(z.meta({ description: 'The only operations to be called, such as $everything.' })),
  ),
  enforceScopes: flag('Whether requests are held to the granted scopes here too.'),
  patientGuard: flag(
    'Whether, in a session with a patient, answers about another patient are refused.',
  ),
})

const connection = z.strictObject({
  id: identifier('The connection’s own id; also a launch key: /launch/{id}.'),
  organization: identifier('Slug of an organization.'),
  environment: z
    .enum(
      ['Development', 'Staging', 'Production'],
      'Use Development, Staging or Production; upper and lower case count.',
    )
    .check(z.meta({ description: 'Stands in the FHIR URL. Case-sensitive.' })),
  app: identifier('Id of an app.'),
  source,
  signOn: z.exactOptional(signOn),
  fhirAuthority: z.exactOptional(fhirAuthority),
  registration: z.exactOptional(identifier('Id of a registration of that app.')),
  fhirBaseUrl: z.exactOptional(address('The EHR’s FHIR base URL: what it sends as `iss`.')),
  fhirVersion: z.exactOptional(
    z
      .enum(['DSTU2', 'STU3', 'R4', 'R4B', 'R5'])
      .check(z.meta({ description: 'Stands in the FHIR URL.' })),
  ),
  vendor: z.exactOptional(vendorId),
  vendorOverrides: z.exactOptional(vendorOverrides),
  authorizationServer: z.exactOptional(authorizationServer),
  userRequest: z.exactOptional(userRequest),
  scopes: z.exactOptional(
    z
      .array(scope)
      .check(
        z.minLength(1),
        z.meta({ description: 'Scopes to ask for, launch among them. Ask for the least.' }),
      ),
  ),
  requiredScopes: z.exactOptional(
    z.array(scope).check(
      z.meta({
        description:
          'Scopes without which the app is no use: a launch that is not granted them is refused.',
      }),
    ),
  ),
  standaloneLaunch: z.exactOptional(
    z.boolean().check(
      z.meta({
        description:
          'Whether a launch may also begin outside the EHR, at /launch/{id} without `launch`: it asks for launch/patient in place of launch. False by default.',
      }),
    ),
  ),
  listed: flag('Whether the app’s launch picker, at /launch/{app}, offers this connection.'),
  frameAncestors: z.exactOptional(
    z.array(frameOrigin).check(
      z.meta({
        description:
          'Origins that may show a sign-on in a frame: the EHR’s own. Left out, any may; with an empty list, none.',
      }),
    ),
  ),
  withoutCookies: z.exactOptional(
    z.enum(['new-window', 'weaker-binding'], 'Use new-window or weaker-binding.').check(
      z.meta({
        description:
          'What happens in an EHR’s frame where the browser keeps no cookie: the person is asked to open the app in a new window, or the launch goes on, bound to its browser less well. new-window by default.',
      }),
    ),
  ),
  landingUrl: z.exactOptional(
    address('The page for a person when the app answers 204, having no user interface of its own.'),
  ),
  fhirPolicy: z.exactOptional(
    fhirPolicy.check(z.meta({ description: 'What may pass the FHIR door. All, when left out.' })),
  ),
  sessionPolicy: z
    ._default(sessionPolicy, DEFAULT_SESSION_POLICY)
    .check(z.meta({ description: 'Limits of a session: 12 hours, 1 hour idle by default.' })),
  endpointHosts: z.exactOptional(
    z.array(host).check(
      z.meta({
        description:
          'Hosts of the authorization server’s endpoints. Found by `sallyport registry apply` when left out; when given, nothing is fetched.',
      }),
    ),
  ),
})

/**
 * The registry as a team writes it down: organizations, apps, registrations and connections.
 *
 * This schema is the one source of the file’s form: `registry.schema.json` is made from it, and so
 * are the types. What it cannot say alone, `checkRegistry` does.
 */
export const registryFile = z
  .strictObject({
    $schema: z.exactOptional(z.string()),
    organizations: z.array(organization),
    apps: z.array(app),
    registrations: z.array(registration),
    connections: z.array(connection),
  })
  .check(
    z.meta({ title: 'Sallyport registry', description: 'Who may launch what, where, and how.' }),
  )

/** The file after it was read: defaults filled in. */
export type RegistryFile = z.output<typeof registryFile>
