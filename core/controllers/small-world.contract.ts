import { builtInDefaults } from '#core/api/defaults';
import { registryOf } from '#core/api/definition';
import { detailedDefinitions } from '#core/api/details';
import { featureGates } from '#core/api/gates';
import {
  clusterRoleBindings,
  clusterRoles,
  deployments,
  events,
  leases,
  namespaces,
  nodes,
  pods,
  roleBindings,
  roles as roleToken,
} from '#core/api/tokens';
import type { Deployment } from '#core/api/types/apps/v1';
import type { Binding, Pod } from '#core/api/types/core/v1';
import { type Authorizer, createApiServer, unbuilt } from '#core/apiserver';
import { builtInAdmission } from '#core/apiserver/admission';
import { defaultPolicy, rbac, rbacIndex, storedIn } from '#core/apiserver/auth';
import { createMetrics, seededCrypto, seededRandom, silentLog, virtualTurns } from '#core/base';
import { controllerUser, createInformers, type Informer, localClient, type ResourceToken } from '#core/client';
import type { KubeObject } from '#core/machinery/object';
import { microTimeText, timeText } from '#core/operator';
import { memoryBackend, openStore } from '#core/store';
import { selectControllers } from './catalogue.ts';
import type { ControllerSettings } from './definition.ts';
import { registryResources } from './resources.ts';
import { startControllers } from './start.ts';

export const START = Date.parse('2026-01-01T00:00:00Z');

export interface SmallWorldOptions {
  readonly controllers?: readonly string[];
  readonly settings?: ControllerSettings;
  /** Everybody but the test may do only what the default roles let him. */
  readonly rbac?: boolean;
  readonly seed?: number;
}

/** An API server, controllers, and a machine that plays scheduler and kubelets, all in virtual time. */
export async function smallWorld(options: SmallWorldOptions = {}) {
  const { seed = 1 } = options;
  const turns = virtualTurns(() => new Promise<void>((resolve) => setImmediate(resolve)), START);
  const crypto = seededCrypto(seed);
  const random = seededRandom(seed);
  const metrics = createMetrics();
  const gates = featureGates();
  const store = await openStore(memoryBackend(), { clock: turns.clock, turns, log: silentLog, metrics });
  const admin = { name: 'admin', groups: ['system:masters'] };
  const bugs: string[] = [];
  const warnings: string[] = [];
  const log = {
    ...silentLog,
    error: (message: string, fields: object = {}) => void bugs.push(`${message} ${show(fields)}`),
    warn: (message: string, fields: object = {}) => void warnings.push(`${message} ${show(fields)}`),
    with: () => log,
  };
  const refused: string[] = [];
  const roles = rbac(rbacIndex(store));
  const authorizer: Authorizer = {
    decide(attributes) {
      const { user, verb, group, resource, subresource } = attributes;
      if (options.rbac !== true || user.groups.includes('system:masters')) return { allowed: true, reason: '' };
      const decision = roles.decide(attributes);
      if (!decision.allowed) refused.push(`${user.name} may not ${verb} ${group}/${resource}/${subresource}`);
      return decision;
    },
  };
  const registry = registryOf(detailedDefinitions());
  const server = createApiServer({
    registry,
    store,
    defaults: builtInDefaults({ gates, now: () => turns.clock.now() }),
    turns,
    random,
    crypto,
    log,
    metrics,
    gates,
    authenticator: { authenticate: () => admin },
    authorizer,
    admission: builtInAdmission({ store, stored: storedIn(store), turns, random, authorizer, gates }),
    version: unbuilt('v1.36.1'),
  });
  const client = localClient(server, admin, { userAgent: 'test' });
  for (const name of ['default', 'kube-system', 'kube-node-lease']) {
    await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {} });
  }
  if (options.rbac === true) {
    const policy = defaultPolicy();
    for (const one of policy.clusterRoles) await client.create(clusterRoles, one);
    for (const one of policy.clusterRoleBindings) await client.create(clusterRoleBindings, one);
    for (const one of policy.roles) {
      if (one.metadata.namespace !== 'kube-public') await client.create(roleToken, one);
    }
    for (const one of policy.roleBindings) {
      if (one.metadata.namespace !== 'kube-public') await client.create(roleBindings, one);
    }
  }
  const manager = { name: 'system:kube-controller-manager', groups: ['system:authenticated'] };
  const reader = localClient(server, manager, { userAgent: 'informers' });
  const informers = createInformers({ client: reader, turns, random, log });
  const clientFor = (name: string) => localClient(server, controllerUser(name), { userAgent: name });
  const running = startControllers(selectControllers(options.controllers ?? ['*']), {
    clientFor,
    informers,
    turns,
    random,
    crypto,
    log,
    metrics,
    resources: () => Promise.resolve(registryResources(registry)),
    settings: options.settings ?? {},
  });

  const machine = createInformers({ client, turns, random, log });
  const alive = new Set<string>();
  play(machine.get(pods));

  /** Assigns pods to living nodes in turn, lets them become ready after a second, and go after another. */
  function play(informer: Informer<Pod>) {
    let next = 0;
    let address = 0;
    const failed = (failure: unknown) =>
      void (String(failure).includes('not found') ? 0 : warnings.push(String(failure)));
    informer.handle((pod) => {
      if (pod === undefined) return;
      const { namespace, name = '' } = pod.metadata;
      const { nodeName } = pod.spec;
      if (nodeName === undefined || nodeName === '') {
        const names = [...alive];
        if (names.length === 0 || pod.metadata.deletionTimestamp !== undefined) return;
        const target = { kind: 'Node', name: names[next++ % names.length]! };
        const binding: Binding = {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name, namespace: namespace! },
          target,
        };
        void client.createSubresource(pods, { namespace, name }, 'binding', binding).catch(failed);
        return;
      }
      if (!alive.has(nodeName)) return;
      if (pod.metadata.deletionTimestamp !== undefined) {
        turns.after(1000, () => void client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 }).catch(failed));
      } else if (pod.status?.phase === 'Pending') {
        const podIP = `10.244.${address >> 8}.${address++ & 255}`;
        turns.after(1000, () => {
          const since = timeText(turns.clock.now());
          const ready = { type: 'Ready', status: 'True', lastTransitionTime: since };
          const status = { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions: [ready] };
          const patch = { type: 'strategic' as const, patch: { status } };
          void client.patch(pods, { namespace, name }, patch, { subresource: 'status' }).catch(failed);
        });
      }
    });
  }

  return {
    turns,
    client,
    store,
    bugs,
    warnings,
    refused,
    stop: () => {
      running.stop();
      machine.stop();
    },
    /** A node that renews its Lease every ten seconds until it dies. */
    async startNode(name: string) {
      const ready = () => ({
        type: 'Ready',
        status: 'True',
        lastHeartbeatTime: timeText(turns.clock.now()),
        lastTransitionTime: timeText(START),
      });
      await client.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} });
      const status = { conditions: [ready()] };
      await client.patch(nodes, { name }, { type: 'strategic', patch: { status } }, { subresource: 'status' });
      alive.add(name);
      const namespace = 'kube-node-lease';
      const spec = () => ({
        holderIdentity: name,
        leaseDurationSeconds: 40,
        renewTime: microTimeText(turns.clock.now()),
      });
      await client.create(leases, {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name, namespace },
        spec: spec(),
      });
      const renew = () => {
        if (!alive.has(name)) return;
        void client.patch(leases, { namespace, name }, { type: 'merge', patch: { spec: spec() } });
        turns.after(10_000, renew);
      };
      turns.after(10_000, renew);
    },
    killNode: (name: string) => void alive.delete(name),
    deployment: (name: string, spec: Partial<Deployment['spec']> = {}) =>
      client.create(deployments, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace: 'default' },
        spec: {
          selector: { matchLabels: { app: name } },
          template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'a:1' }] } },
          ...spec,
        },
      }),
    get: <T extends KubeObject>(of: ResourceToken<T>, name: string, namespace = 'default'): Promise<T | undefined> =>
      client.get(of, { namespace: of.namespaced ? namespace : undefined, name }).catch(() => undefined),
    list: async <T extends KubeObject>(of: ResourceToken<T>, namespace?: string): Promise<readonly T[]> =>
      (await client.list(of, { namespace })).items,
    /** `Reason: message` of all events about something, in order. */
    async told(name: string): Promise<string[]> {
      const items = (await client.list(events)).items.filter(({ involvedObject }) => involvedObject.name === name);
      return items.map(({ reason, message }) => `${reason}: ${message}`);
    },
    /** Lets time pass until something holds; throws where it does not within `limit` milliseconds. */
    async until(holds: () => Promise<boolean>, limit = 120_000): Promise<void> {
      for (let passed = 0; passed < limit; passed += 500) {
        await turns.idle();
        if (await holds()) return;
        await turns.advance(500);
      }
      throw new Error(`it did not come to hold; bugs: ${bugs.join('; ')}; warnings: ${warnings.slice(-5).join('; ')}`);
    },
  };
}

const show = (fields: object) =>
  JSON.stringify(fields, (_, value: unknown) => (value instanceof Error ? (value.stack ?? String(value)) : value));
