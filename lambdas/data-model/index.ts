import { readEnvironment } from '#adapters/environment.ts'
import { APP_DOOR_ENVIRONMENT } from '#contract/environment.ts'
import { dataModelError } from '#http/data-model-error.ts'
import { streamingHandler } from '#http/streaming-handler.ts'
import { wireAccessTokens } from '../wire-access-tokens.ts'
import { wireAppDoor } from '../wire-app-door.ts'
import { dataModelHandler } from './handler.ts'

const environment = readEnvironment(APP_DOOR_ENVIRONMENT)
const instance = wireAccessTokens('data-model', environment)

export const handler = streamingHandler(
  dataModelHandler({ ...instance, ...wireAppDoor(environment, instance) }),
  instance.log,
  dataModelError,
)
