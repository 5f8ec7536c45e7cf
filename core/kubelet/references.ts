import { configMaps, secrets } from '#core/api/tokens';
import type { Client } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import type { References } from './container/env.ts';

const orUndefined = (failure: unknown): undefined => {
  if (isStatusError(failure, 'NotFound')) return undefined;
  throw failure;
};

/** What pods refer to, asked for each time it is needed, so that a start never uses an old value. */
export const createReferences = (client: Client): References => ({
  configMap: (namespace, name) => client.get(configMaps, { namespace, name }).catch(orUndefined),
  secret: (namespace, name) => client.get(secrets, { namespace, name }).catch(orUndefined),
});
