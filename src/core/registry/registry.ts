import type { EventType } from '#core/events/broker-event.ts'
import type { Secret } from '#core/secret.ts'
import type { VendorId } from '#core/vendors/index.ts'
import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'
import type { DirectoryEntry } from './directory-entry.ts'
import type { SignOnScheme } from './sign-on-scheme.ts'

export type Environment = 'Development' | 'Staging' | 'Production'

type FhirVersion = 'DSTU2' | 'STU3' | 'R4' | 'R4B' | 'R5'

/** A place of an organization's, as people look for it. */
interface Location {
  readonly name?: string
  readonly city?: string
  readonly state?: string
  readonly postalCode?: string
  readonly country?: string
}

/** A health system; its slug stands in the FHIR URL. */
export interface Organization {
  readonly slug: string
  readonly name: string
  /** Further names that people look for it by. */
  readonly aliases?: readonly string[]
  readonly locations?: readonly Location[]
  /** An image as a `data:` URL. */
  readonly logo?: string
}

/** The party a message is from or to: a UUID that never changes, and a name. */
interface Party {
  readonly id: string
  readonly name: string
}

/** Where the app is told who signed on. */
export interface SsoDestination extends Party {
  /** Takes the SSO message. */
  readonly url: string
  /** A static page that a person is sent to when the sign-on failed. */
  readonly errorUrl?: string
  /** Origins that the app's answer may send the browser to. */
  readonly redirectOrigins: readonly string[]
  /** HTML that the app answers with is shown, without our origin. */
  readonly showsHtml?: boolean
  /** What proves the SSO message; `HS256`, when absent. */
  readonly signature?: SsoSignature
  /** Name of the secret of `HS256` or `verification-token`, under the stack's prefix. */
  readonly secretRef?: string
}

/**
 * A JWT under the app's secret or under a key of ours; or, as integrations with Redox have that are older
 * than its JWTs, the secret itself in a header.
 */
type SsoSignature = 'HS256' | 'RS384' | 'ES384' | 'verification-token'

/** Where the app's server is told of what happens to its sessions. */
export interface Webhook {
  readonly url: string
  /** The types of events that it gets; all but `session.refreshed` when absent. */
  readonly events?: readonly EventType[]
  /** Name of the signing secret in Secrets Manager, under the stack's prefix. */
  readonly secretRef: string
}

/** A client of the API door: one of the app's servers. */
export interface ApiClient {
  readonly clientId: string
  /** Public keys that its assertions are checked with, or where they are published. */
  readonly jwks?: { readonly keys: readonly Record<string, unknown>[] }
  readonly jwksUri?: string
}

/** The tenant: an SSO destination and API clients. */
export interface App {
  readonly id: string
  readonly name: string
  readonly ssoDestination?: SsoDestination
  readonly webhook?: Webhook
  readonly clients: readonly ApiClient[]
}

/** How we prove to an authorization server that we are the app's client. */
export type ClientAuthentication =
  | { readonly method: 'none' }
  | {
      readonly method: 'client_secret_basic' | 'client_secret_post'
      readonly secretRef: string
    }
  | { readonly method: 'private_key_jwt' }

/** An app's OAuth client at one vendor or authorization server. */
export interface Registration {
  readonly id: string
  readonly app: string
  readonly clientId: string
  readonly authentication: ClientAuthentication
  /** Its redirect URI is `/redirect/{id}`, and not the common `/redirect`. */
  readonly ownRedirectUri?: boolean
}

/** Limits of a session, in seconds. */
interface SessionPolicy {
  readonly absoluteSeconds: number
  readonly idleSeconds: number
}

/** What a connection says of its authorization server by itself. */
interface RegisteredServer {
  readonly issuer?: string
  readonly authorizationEndpoint?: string
  readonly tokenEndpoint?: string
  readonly jwksUri?: string
  readonly userinfoEndpoint?: string
}

/** A request that says who an access token is of; members of its answer by JSON Pointer (RFC 6901). */
interface UserRequest {
  readonly url: string
  readonly subject: string
  readonly name?: string
  readonly email?: string
}

/** What a connection's own policy allows at the FHIR door; each is off unless it is asked for. */
export interface FhirPolicy {
  /** Nothing may be changed. */
  readonly readOnly?: boolean
  /** The only resource types that may be asked for. */
  readonly resourceTypes?: readonly string[]
  /** The only operations that may be called, with their `$`. */
  readonly operations?: readonly string[]
  /** Requests are held to the scopes that the EHR granted, here too. */
  readonly enforceScopes?: boolean
  /** In a session with a patient, nothing about another one passes. */
  readonly patientGuard?: boolean
}

/**
 * Whose access the FHIR door uses: that of the person who signed on; the app's own, by SMART Backend
 * Services; or nobody's, where the connection is for signing on only.
 */
type FhirAuthority = 'user' | 'system' | 'none'

/** A launch goes on in a window of its own, or in the frame, less well bound to its browser. */
export type WithoutCookies = 'new-window' | 'weaker-binding'

/** One app at one organization in one environment, as far as signing on goes. */
export interface SignOnConnection {
  readonly id: string
  readonly organization: string
  readonly environment: Environment
  readonly app: string
  /** The EHR as the SSO message names it. */
  readonly source: Party
  /** How people sign on; by an EHR's SMART launch, when absent. */
  readonly signOn?: SignOnScheme
  /** `user`, when absent. */
  readonly fhirAuthority?: FhirAuthority
  /** Its app's launch picker offers it. */
  readonly listed?: boolean
  /** Origins that may show a sign-on in a frame; any, when absent. */
  readonly frameAncestors?: readonly string[]
  /** What happens in a frame where the browser keeps no cookie; `new-window`, when absent. */
  readonly withoutCookies?: WithoutCookies
  /** The page shown when the app answers 204, having no user interface of its own. */
  readonly landingUrl?: string
  readonly sessionPolicy: SessionPolicy
}

/** One app at one organization's EHR in one environment. */
export interface Connection extends SignOnConnection {
  readonly registration: string
  readonly fhirBaseUrl: string
  readonly fhirVersion: FhirVersion
  /** Normal form of {@link fhirBaseUrl}: what a launch's `iss` is compared with. */
  readonly issuer: string
  /** The profile of how this EHR behaves; any SMART server's where there is none. */
  readonly vendor?: VendorId
  /** What of the profile is otherwise here. */
  readonly vendorOverrides?: Partial<VendorBehavior>
  readonly authorizationServer?: RegisteredServer
  readonly userRequest?: UserRequest
  readonly scopes: readonly string[]
  /** A launch that is not granted these is refused. */
  readonly requiredScopes?: readonly string[]
  /** A launch may begin outside the EHR too, at the connection's own key. */
  readonly standaloneLaunch?: boolean
  readonly fhirPolicy?: FhirPolicy
  /** Hosts (`host[:port]`) that discovery may name, found by `registry apply`. */
  readonly endpointHosts: readonly string[]
}

/** Whether a connection reaches an EHR, and is not for signing on only. */
export function isEhrConnection(connection: SignOnConnection): connection is Connection {
  return 'fhirBaseUrl' in connection
}

/** The bases of the FHIR door, below `/fhir/`, that an organization has by its connections. */
export function fhirBasesOf(
  slug: string,
  connections: readonly SignOnConnection[],
): readonly string[] {
  const bases = connections
    .filter(isEhrConnection)
    .filter(({ organization }) => organization === slug)
    .map(({ fhirVersion, environment }) => `${fhirVersion}/${slug}/${environment}`)
  return [...new Set(bases)].sort()
}

/** What the functions read of the registry. */
export interface Registry {
  findApp(id: string): Promise<App | undefined>
  /** The app that a client of the API door belongs to. */
  findAppByClient(clientId: string): Promise<App | undefined>
  findRegistration(id: string): Promise<Registration | undefined>
  /** A connection that reaches an EHR. */
  findConnection(id: string): Promise<Connection | undefined>
  /** The same, or one that is for signing on only. */
  findSignOnConnection(id: string): Promise<SignOnConnection | undefined>
  /** The bases of the FHIR door that an organization has: `R4/general/Production`. */
  findFhirBases(organization: string): Promise<readonly string[]>
  /** All connections whose FHIR base URL has this normal form, of any app. */
  findConnectionsByIssuer(issuer: string): Promise<readonly Connection[]>
  /** What the launch picker of an app offers, in the order of names: nothing where it has none. */
  findDirectory(app: string): Promise<readonly DirectoryEntry[]>
  /** An organization's logo, as a `data:` URL. */
  findLogo(organization: string): Promise<string | undefined>
}

/** Reads a secret by its registry reference; two may live at once, the newest first. */
export interface SecretReader {
  /** @param fresh reads past the cache: after an `invalid_client`, once. */
  read(ref: string, options?: { readonly fresh?: boolean }): Promise<readonly Secret[]>
}
