import type { Log, Turns } from '#core/base';
import type { HealthCheck } from '#core/apiserver';
import { apiServices } from './api-services.ts';
import { type AuthenticationConfig, authenticationConfig, tokenTracking } from './config.ts';
import { keepDangling } from './dangling.ts';
import { ensure, type EnsureParts } from './ensure.ts';
import { flowControl } from './flow-control.ts';
import { identityLease } from './identity-lease.ts';
import type { Kept } from './keep.ts';
import {
  type AdvertisedServer,
  kubernetesAddress,
  kubernetesEndpoints,
  kubernetesService,
  serviceRange,
} from './kubernetes-service.ts';
import { systemNamespaces } from './namespaces.ts';
import { systemPriorityClasses } from './priority-classes.ts';
import { defaultRoles } from './rbac.ts';

/** Its check below /readyz. */
export const BOOTSTRAP_CHECK = 'poststarthook/start-kube-apiserver-bootstrap';

export interface BootstrapParts extends EnsureParts {
  readonly turns: Turns;
  readonly log: Log;
  readonly gates: { enabled(gate: string): boolean };
  readonly hostname: string;
  readonly advertised: AdvertisedServer;
  readonly authentication: AuthenticationConfig;
}

/** What runs beside a server from its start on. */
export interface Bootstrap {
  /** Resolves once the empty cluster's objects are there; while the store refuses they are tried again and again. */
  readonly ready: Promise<void>;
  /** For /readyz: fails until then, with what the store said. */
  readonly health: HealthCheck;
  /** Everything that goes on stops; for tests and shutdown. */
  close(): void;
}

/** Every ten seconds, as upstream: the lease is renewed and endpoints are put right. */
const INTERVAL = 10_000;
/** Between attempts to make what a cluster starts with, in milliseconds. */
const RETRY = 1000;

/** Makes what the original's empty cluster holds, then keeps the server's own objects in step until it is closed. */
export function startBootstrap(parts: BootstrapParts): Bootstrap {
  const { turns, clock, crypto, log, advertised, hostname } = parts;
  const lease = identityLease(crypto, { hostname, advertised: hostPort(advertised) });
  let closed = false;
  let done = false;
  let problem = 'not finished';
  let kept: readonly Kept[] = [];
  let timer: { cancel(): void } | undefined;

  const own = () => [
    [kubernetesService(advertised), kubernetesAddress(advertised)],
    ...single(kubernetesEndpoints(advertised)),
    [lease(clock.now())],
  ];
  const again = () => {
    timer = turns.after(INTERVAL, () => {
      Promise.all(own().map((together) => ensure(parts, ...together)))
        .catch((error: unknown) => log.warn('cannot keep the objects of this server in step', { error: String(error) }))
        .finally(() => {
          if (!closed) again();
        });
    });
  };
  const make = async () => {
    const now = clock.now();
    // Namespaces first: what is watched for them may look for what lies in them.
    await Promise.all(systemNamespaces().map((one) => ensure(parts, one)));
    const all = [
      ...defaultRoles(),
      ...systemPriorityClasses(),
      ...flowControl(now),
      ...apiServices(parts.registry, parts.gates, now),
      authenticationConfig(parts.authentication),
      tokenTracking(now),
      serviceRange(advertised, now),
    ];
    await Promise.all([...single(all), ...own()].map((together) => ensure(parts, ...together)));
  };
  const start = async () => {
    for (;;) {
      try {
        await make();
        break;
      } catch (failure) {
        problem = failure instanceof Error ? failure.message : String(failure);
        log.error('cannot make what a cluster starts with', { error: problem });
        await new Promise<void>((resolve) => (timer = turns.after(RETRY, resolve)));
      }
    }
    done = true;
    if (closed) return;
    kept = [keepDangling(parts, turns)];
    again();
  };

  return {
    ready: start(),
    health: {
      name: BOOTSTRAP_CHECK,
      endpoints: ['healthz', 'readyz'],
      check: () => (done ? undefined : problem),
    },
    close() {
      closed = true;
      timer?.cancel();
      for (const one of kept) one.close();
    },
  };
}

const single = <T>(list: readonly T[]): readonly (readonly T[])[] => list.map((one) => [one]);

const hostPort = ({ address, port }: AdvertisedServer) =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
