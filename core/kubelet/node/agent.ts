import { type Timer, sameJson } from '#core/base';
import { leases, nodes } from '#core/api/tokens';
import type { Lease } from '#core/api/types/coordination/v1';
import type { Client } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import { type EventRecorder, microTimeText } from '#core/operator';
import type { Log, Random, Turns } from '#core/base';
import type { Node, NodeStatus } from '../api.ts';
import { messageOf } from '../context.ts';
import type { ImageStatus, Runtime, RuntimeStatus } from '../runtime.ts';
import type { NodeSettings } from './settings.ts';
import { initialNode, labelsOf, nodeStatus } from './status.ts';

export interface NodeAgentParts {
  readonly client: Client;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
  readonly runtime: Runtime;
  readonly recorder: EventRecorder;
  readonly settings: NodeSettings;
  /** The node as the API has it, whenever it was read or written. */
  readonly seen: (node: Node) => void;
  readonly status: (status: RuntimeStatus) => void;
}

/** Keeps the Node and its Lease. */
export interface NodeAgent {
  /** Resolves once the node is registered. */
  readonly registered: Promise<void>;
  /** Looks at the runtime and reports at once if something changed. */
  poke(): void;
  /** Takes the node as the API has it: what others made of the agent's own conditions is put right with the next look. */
  saw(node: Node): void;
  stop(): void;
}

/** Milliseconds. Upstream: pkg/kubelet/apis/config/v1beta1/defaults.go: nodeStatusUpdateFrequency, nodeStatusReportFrequency, nodeLeaseDurationSeconds. */
const LOOK_EVERY = 10_000;
const LOOK_WHILE_NOT_READY = 500;
const REPORT_EVERY = 300_000;
const LEASE_SECONDS = 40;
const RENEW_EVERY = 10_000;
const LONGEST_WAIT = 7000;
const LEASES = 'kube-node-lease';

export function startNodeAgent(parts: NodeAgentParts): NodeAgent {
  const { client, turns, random, log, runtime, recorder, settings, seen } = parts;
  const { name } = settings;
  const registered = Promise.withResolvers<void>();
  let node: Node | undefined;
  let reportedAt = -Infinity;
  let over = false;
  let looking = false;
  let again = false;
  let next: Timer | undefined;
  let renewal: Timer | undefined;
  let lease: Lease | undefined;

  const know = (read: Node) => {
    node = read;
    seen(read);
  };

  const look = async (): Promise<NodeStatus> => {
    let status: RuntimeStatus | undefined;
    let images: readonly ImageStatus[] = [];
    let failure = '';
    try {
      status = await runtime.status();
      parts.status(status);
      images = await runtime.listImages();
    } catch (error) {
      failure = messageOf(error);
    }
    return nodeStatus({ settings, runtime: status, failure, images, before: node?.status, now: turns.clock.now() });
  };

  const register = async () => {
    const status = await look();
    try {
      know(await client.create(nodes, initialNode(settings, status)));
    } catch (failure) {
      if (!isStatusError(failure, 'AlreadyExists')) throw failure;
      const found = await client.get(nodes, { name });
      const labels = labelsOf(settings);
      const current = found.metadata.labels ?? {};
      const missing = Object.keys(labels).some((key) => current[key] !== labels[key]);
      know(
        missing ? await client.patch(nodes, { name }, { type: 'strategic', patch: { metadata: { labels } } }) : found,
      );
    }
    recorder.event(aboutNode(), 'Normal', 'Starting', 'Starting kubelet.');
    registered.resolve();
  };

  const report = async (status: NodeStatus) => {
    const before = node?.status;
    const ready = isReady(status);
    const due = turns.clock.monotonic() - reportedAt >= REPORT_EVERY;
    if (!due && sameJson(withoutHeartbeats(before, status), withoutHeartbeats(status, status))) return;
    const patch = { status: { ...status, addresses: [{ $patch: 'replace' }, ...(status.addresses ?? [])] } };
    know(await client.patch(nodes, { name }, { type: 'strategic', patch }, { subresource: 'status' }));
    reportedAt = turns.clock.monotonic();
    if (before !== undefined && isReady(before) !== ready) {
      const reason = ready ? 'NodeReady' : 'NodeNotReady';
      recorder.event(aboutNode(), 'Normal', reason, `Node ${name} status is now: ${reason}`);
    }
  };

  /** Events about nodes name the node as their uid, as upstream's do, so that they outlive it. */
  const aboutNode = () => ({ kind: 'Node', apiVersion: 'v1', name, uid: name });

  let failures = 0;
  const round = async () => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    next?.cancel();
    let wait = LOOK_EVERY;
    try {
      if (node === undefined) await register();
      const status = await look();
      await report(status);
      failures = 0;
      wait = isReady(status) ? LOOK_EVERY : LOOK_WHILE_NOT_READY * 2 ** Math.min(4, notReady++);
      if (isReady(status)) notReady = 0;
    } catch (failure) {
      if (isStatusError(failure, 'NotFound')) node = undefined;
      if (!over) log.warn('cannot report the node', { node: name, failure: messageOf(failure) });
      wait = Math.min(LONGEST_WAIT, 200 * 2 ** failures++);
    }
    looking = false;
    if (over) return;
    if (again) {
      again = false;
      wait = 0;
    }
    next = turns.after(wait, () => void round());
  };
  let notReady = 0;

  const renew = async () => {
    let wait = RENEW_EVERY * (0.96 + 0.08 * random.next());
    try {
      await renewLease();
    } catch (failure) {
      lease = undefined;
      if (!over) log.warn('cannot renew the lease of the node', { node: name, failure: messageOf(failure) });
      wait = Math.min(LONGEST_WAIT, wait / 10);
    }
    if (!over) renewal = turns.after(wait, () => void renew());
  };

  const renewLease = async () => {
    const renewTime = microTimeText(turns.clock.now());
    const spec = { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime };
    const owner = node?.metadata.uid;
    const metadata = {
      name,
      namespace: LEASES,
      ...(owner === undefined ? {} : { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: owner }] }),
    };
    lease ??= await client.get(leases, { namespace: LEASES, name }).catch((failure: unknown) => {
      if (isStatusError(failure, 'NotFound')) return undefined;
      throw failure;
    });
    lease =
      lease === undefined
        ? await client.create(leases, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec })
        : await client.update(leases, {
            ...lease,
            metadata: {
              ...lease.metadata,
              ...(owner === undefined ? {} : { ownerReferences: metadata.ownerReferences! }),
            },
            spec: { ...lease.spec, ...spec },
          });
  };

  void round();
  void registered.promise.then(() => renew());
  return {
    registered: registered.promise,
    poke: () => void round(),
    saw(read) {
      if (node !== undefined && revisionOf(read) > revisionOf(node)) node = read;
    },
    stop() {
      over = true;
      next?.cancel();
      renewal?.cancel();
    },
  };
}

const isReady = ({ conditions = [] }: NodeStatus): boolean =>
  conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

const revisionOf = ({ metadata }: Node): number => Number(metadata.resourceVersion);

/** What counts as a change: conditions and resources of others than those of `own`, and times of heartbeats, do not. */
function withoutHeartbeats(status: NodeStatus | undefined, own: NodeStatus): unknown {
  if (status === undefined) return undefined;
  const { addresses, daemonEndpoints, nodeInfo, images, conditions = [] } = status;
  const amounts = (of: 'capacity' | 'allocatable') =>
    Object.keys(own[of] ?? {}).map((resource) => [resource, status[of]?.[resource] ?? null]);
  const judged = conditions
    .filter(({ type }) => OWN.includes(type))
    .map(({ type, status: is, reason, message }) => ({ type, is, reason, message }))
    .sort((a, b) => (a.type < b.type ? -1 : 1));
  const info = Object.entries(nodeInfo ?? {}).filter(([, value]) => value !== '');
  return {
    capacity: amounts('capacity'),
    allocatable: amounts('allocatable'),
    addresses,
    daemonEndpoints,
    info: Object.fromEntries(info),
    images: images ?? [],
    judged,
  };
}

const OWN = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];
