import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import type { KMSClient } from '@aws-sdk/client-kms'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Probe } from '#adapters/egress/probe.ts'
import type { Upstreams } from '#contract/upstreams.ts'
import type { Egress } from '#core/egress.ts'
import type { Discover } from '#core/registry/resolve-registry.ts'

/** What a command is given: where it writes and reads, and what it reaches. */
export interface CliContext {
  /** Relative paths start here. */
  readonly cwd: string
  /** Writes a line for the person or program that asked. */
  readonly write: (line: string) => void
  /** Writes a line about what went wrong. */
  readonly writeError: (line: string) => void
  /** All of standard input; `undefined` where that is a terminal, which would show what is typed. */
  readonly readInput: () => Promise<string | undefined>
  readonly documents: () => DynamoDBDocumentClient
  readonly secrets: () => SecretsManagerClient
  readonly eventBridge: () => EventBridgeClient
  readonly kms: () => KMSClient
  readonly logs: () => CloudWatchLogsClient
  readonly discover: (upstreams: Upstreams) => Discover
  /** The way out to EHRs, as the stack has it. */
  readonly egress: (upstreams: Upstreams) => Egress
  readonly probe: (upstreams: Upstreams) => Probe
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** 0: done. 1: problems, or it failed. 2: not understood. */
export type ExitCode = 0 | 1 | 2

/** The options that all commands share. */
export interface CliOptions {
  /** The file that `cdk deploy --outputs-file` wrote. */
  readonly outputs?: string
  /** Which stack, where the file has more than one of ours. */
  readonly stack?: string
  /** For programs: JSON in place of text. */
  readonly json?: boolean
  /** How far back logs are searched: `30m`, `12h`, `7d`. */
  readonly since?: string
  /** Of sessions: only those of this connection. */
  readonly connection?: string
  /** Of sessions: only those in this state. */
  readonly state?: string
  /** Of sessions end-all: not one connection's, but all. */
  readonly 'every-connection'?: boolean
  /** Of connect and doctor: the registry file. */
  readonly file?: string
  /** Of connect: what it cannot know, or would propose otherwise. */
  readonly app?: string
  readonly 'sso-url'?: string
  readonly organization?: string
  readonly environment?: string
  readonly vendor?: string
  readonly 'client-id'?: string
  readonly scopes?: string
  /** Of smoke: where the stack's functions reach the test EHR, and the port that leads to. */
  readonly 'ehr-url'?: string
  readonly 'ehr-port'?: string
  /** Of smoke: the checks that do not apply, with commas between. */
  readonly without?: string
}
