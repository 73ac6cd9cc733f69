import { readEnvironment } from '#adapters/environment.ts'
import { APP_DOOR_ENVIRONMENT } from '#contract/environment.ts'
import { operationOutcomeError } from '#http/operation-outcome.ts'
import { streamingHandler } from '#http/streaming-handler.ts'
import { wireAccessTokens } from '../wire-access-tokens.ts'
import { wireAppDoor } from '../wire-app-door.ts'
import { fhirHandler } from './handler.ts'

const environment = readEnvironment(APP_DOOR_ENVIRONMENT)
const instance = wireAccessTokens('fhir', environment)

export const handler = streamingHandler(
  fhirHandler({
    ...instance,
    ...wireAppDoor(environment, instance),
    pagingKey: instance.tokens.pagingKey,
  }),
  instance.log,
  operationOutcomeError,
)
