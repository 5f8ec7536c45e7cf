import type { Gzip, Mount, Outbound, VersionInfo, Yaml } from '#core/apiserver';
import { createApiServer, servesCbor, type ApiServer, type User } from '#core/apiserver';
import { builtInAdmission, mutatingWebhooks, validatingPolicies, validatingWebhooks } from '#core/apiserver/admission';
import { serviceAllocation, startRepair } from '#core/apiserver/allocation';
import { startBootstrap, type AdvertisedServer, type Bootstrap } from '#core/apiserver/bootstrap';
import { startCustomResources } from '#core/apiserver/customresources';
import { discoveryMounts } from '#core/apiserver/discovery';
import { openApiMounts, type OpenApiOptions } from '#core/apiserver/openapi';
import { createIdentity, storedIn, type Identity, type IdentityParts } from '#core/apiserver/auth';
import { openRegistry, registryOf, type Registry } from '#core/api/definition';
import { builtInDefaults } from '#core/api/defaults';
import { detailedDefinitions } from '#core/api/details';
import type { FeatureGates } from '#core/api/gates';
import type { Crypto, Log, Metrics, Random, Turns } from '#core/base';
import { localClient, type Client } from '#core/client';
import type { Tools } from '#core/machinery/cel/evaluate';
import type { Store } from '#core/store';

/** What a control plane is put together from; everything of a platform comes from outside. */
export interface ControlPlaneParts {
  readonly store: Store;
  readonly turns: Turns;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly gates: FeatureGates;
  readonly version: VersionInfo;
  readonly identity: Omit<IdentityParts, 'store' | 'clock' | 'crypto' | 'advertised'>;
  readonly hostname: string;
  readonly advertised: AdvertisedServer;
  readonly outbound?: Outbound;
  readonly yaml?: Yaml;
  readonly gzip?: Gzip;
  /** Regular expressions; absent: what uses them fails, and custom resources, which could not be checked, are not served. */
  readonly expressions?: Tools;
  /** Absent: OpenAPI is not served. */
  readonly openApi?: OpenApiOptions;
}

export interface ControlPlane {
  readonly server: ApiServer;
  readonly registry: Registry;
  readonly store: Store;
  readonly identity: Identity;
  readonly bootstrap: Bootstrap;
  /** A client from inside the process, as somebody. */
  client(user: User, userAgent: string): Client;
  /** What it does by itself ends (the cluster's objects are kept in step no more), then its store. */
  close(): Promise<void>;
}

/** Puts the API server together over a store and starts to make what every cluster holds; `bootstrap.ready` tells when that is done. */
export function createControlPlane(parts: ControlPlaneParts): ControlPlane {
  const { store, turns, random, crypto, log, metrics, gates, advertised, hostname } = parts;
  const { clientAuthorities, frontProxy } = parts.identity;
  const address = `${advertised.address}:${advertised.port}`;
  const registry = openRegistry(registryOf(detailedDefinitions()));
  const identity = createIdentity({
    ...parts.identity,
    store,
    clock: turns.clock,
    crypto,
    advertised: `https://${address}`,
  });
  const stored = storedIn(store);
  const defaults = builtInDefaults({ gates, now: () => turns.clock.now() });
  const { outbound } = parts;
  const { authorizer } = identity;
  const conditions = { authorizer, ...(parts.expressions && { expressions: parts.expressions }) };
  // Without a way out there are no webhooks that could be asked.
  const webhooks = outbound && { store, stored, outbound, turns, defaults, uuid: crypto.uuid, ...conditions };
  const admission = builtInAdmission({ store, stored, turns, random, authorizer, gates }, [
    ...(webhooks === undefined ? [] : [mutatingWebhooks(webhooks)]),
    validatingPolicies({ store, stored, registry, ...conditions }),
    ...(webhooks === undefined ? [] : [validatingWebhooks(webhooks)]),
    identity.escalationCheck,
  ]);
  const bootstrap = startBootstrap({
    store,
    registry,
    clock: turns.clock,
    turns,
    crypto,
    log,
    gates,
    hostname,
    advertised,
    authentication: {
      ...(clientAuthorities === undefined ? {} : { clientAuthorities }),
      ...(frontProxy === undefined ? {} : { frontProxy }),
    },
  });
  const { serviceRanges } = advertised;
  const allocation = serviceAllocation({ store, clock: turns.clock, crypto, random, serviceRanges });
  const repair = startRepair({ store, turns, clock: turns.clock, crypto, log });
  const mounts: readonly Mount[] = [
    ...identity.mounts,
    ...discoveryMounts(registry, () => address, parts.yaml),
    ...(parts.openApi === undefined ? [] : openApiMounts(registry, { ...parts.openApi, cbor: servesCbor(gates) })),
  ];
  const server = createApiServer({
    registry,
    store,
    defaults,
    turns,
    random,
    crypto,
    log,
    metrics,
    gates,
    authenticator: identity.authenticator,
    authorizer: identity.authorizer,
    impersonate: identity.impersonate,
    admission,
    allocations: [allocation],
    reviews: identity.reviews,
    subresources: identity.subresources,
    mounts,
    health: [bootstrap.health],
    version: parts.version,
    ...(parts.outbound === undefined ? {} : { outbound: parts.outbound }),
    ...(parts.yaml === undefined ? {} : { yaml: parts.yaml }),
    ...(parts.gzip === undefined ? {} : { gzip: parts.gzip }),
  });
  const customs =
    parts.expressions === undefined
      ? undefined
      : startCustomResources({
          server,
          store,
          registry,
          turns,
          log,
          tools: parts.expressions,
          uuid: crypto.uuid,
          ...(outbound === undefined ? {} : { outbound }),
        });
  return {
    server,
    registry,
    store,
    identity,
    bootstrap,
    client: (user, userAgent) => localClient(server, user, { userAgent }),
    close() {
      customs?.stop();
      bootstrap.close();
      repair.close();
      return store.close();
    },
  };
}
