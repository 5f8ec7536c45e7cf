import type {
  APIService,
  ComponentStatus,
  ConfigMap,
  Event,
  Lease,
  LeaseCandidate,
  Namespace,
  Node,
  PriorityClass,
  ResourceQuota,
  RuntimeClass,
  Secret,
} from '#core/api/types';
import type { KubeObject } from '#core/machinery/object';
import { since } from '#core/machinery/table';
import { age, isTrue, nameOf, show } from './kit.ts';

/** Name and age: all that there is to see of a kind. */
export const nameAndAge = show<KubeObject>(['Name', 'Age'], (object, now) => [nameOf(object), age(object, now)]);

export const namespaces = show<Namespace>(['Name', 'Status', 'Age'], (object, now) => [
  nameOf(object),
  object.status?.phase ?? '',
  age(object, now),
]);

export const secrets = show<Secret>(['Name', 'Type', 'Data', 'Age'], (object, now) => [
  nameOf(object),
  object.type ?? '',
  Object.keys(object.data ?? {}).length,
  age(object, now),
]);

export const configMaps = show<ConfigMap>(['Name', 'Data', 'Age'], (object, now) => [
  nameOf(object),
  Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length,
  age(object, now),
]);

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

function roles({ metadata }: Node): string {
  const all = new Set<string>();
  for (const [label, value] of Object.entries(metadata.labels ?? {})) {
    if (label.startsWith(ROLE_PREFIX) && label.length > ROLE_PREFIX.length) all.add(label.slice(ROLE_PREFIX.length));
    else if (label === ROLE_LABEL && value !== '') all.add(value);
  }
  return [...all].toSorted().join() || '<none>';
}

function nodeState({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable === true ? `${state},SchedulingDisabled` : state;
}

const addressOf = ({ status }: Node, wanted: string): string =>
  status?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>';

export const nodes = show<Node>(
  [
    'Name',
    'Status',
    'Roles',
    'Age',
    'Version',
    '*Internal-IP',
    '*External-IP',
    '*OS-Image',
    '*Kernel-Version',
    '*Container-Runtime',
  ],
  (object, now) => {
    const info = object.status?.nodeInfo;
    const architecture = info?.architecture ?? '';
    return [
      nameOf(object),
      nodeState(object),
      roles(object),
      age(object, now),
      info?.kubeletVersion ?? '',
      addressOf(object, 'InternalIP'),
      addressOf(object, 'ExternalIP'),
      info?.osImage || '<unknown>',
      `${info?.kernelVersion || '<unknown>'}${architecture === '' ? '' : ` (${architecture})`}`,
      info?.containerRuntimeVersion || '<unknown>',
    ];
  },
);

/** Both shapes of an event: the core group's, and that of events.k8s.io, which names the same things otherwise. */
interface AnyEvent extends Omit<Event, 'involvedObject'> {
  readonly involvedObject?: Event['involvedObject'];
  readonly regarding?: Event['involvedObject'];
  readonly note?: string;
  readonly deprecatedSource?: Event['source'];
  readonly deprecatedFirstTimestamp?: string;
  readonly deprecatedLastTimestamp?: string;
  readonly deprecatedCount?: number;
  readonly reportingController?: string;
}

const given = (moment: string | null | undefined): moment is string => moment !== undefined && moment !== null;

export const events = show<AnyEvent>(
  ['Last Seen', 'Type', 'Reason', 'Object', '*Subobject', '*Source', 'Message', '*First Seen', '*Count', '*Name'],
  (event, now) => {
    const subject = event.involvedObject ?? event.regarding ?? {};
    const source = event.source ?? event.deprecatedSource;
    const first = event.firstTimestamp ?? event.deprecatedFirstTimestamp;
    const last = event.lastTimestamp ?? event.deprecatedLastTimestamp;
    const firstSeen = since(given(first) ? first : event.eventTime, now);
    const seriesSeen = event.series === undefined ? undefined : since(event.series.lastObservedTime, now);
    const kind = (subject.kind ?? '').toLowerCase();
    const component = source?.component || event.reportingComponent || event.reportingController || '';
    const instance = source?.host || event.reportingInstance || '';
    return [
      seriesSeen ?? (given(last) ? since(last, now) : firstSeen),
      event.type ?? '',
      event.reason ?? '',
      (subject.name ?? '') === '' ? kind : `${kind}/${subject.name}`,
      subject.fieldPath ?? '',
      instance === '' ? component : `${component}, ${instance}`,
      (event.message ?? event.note ?? '').trim(),
      firstSeen,
      event.series?.count ?? (event.count || event.deprecatedCount || 1),
      nameOf(event),
    ];
  },
);

export const resourceQuotas = show<ResourceQuota>(['Name', 'Request', 'Limit', 'Age'], (object, now) => {
  const { hard = {}, used = {} } = object.status ?? {};
  const names = Object.keys(hard).toSorted();
  const text = (limits: boolean) =>
    names
      .filter((name) => name.startsWith('limits.') === limits)
      .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
      .join(', ');
  return [nameOf(object), text(false), text(true), age(object, now)];
});

export const priorityClasses = show<PriorityClass>(
  ['Name', 'Value#', 'Global-Default?', 'Age', 'PreemptionPolicy'],
  (object, now) => [
    nameOf(object),
    object.value,
    object.globalDefault === true,
    age(object, now),
    object.preemptionPolicy ?? '',
  ],
);

export const runtimeClasses = show<RuntimeClass>(['Name', 'Handler', 'Age'], (object, now) => [
  nameOf(object),
  object.handler,
  age(object, now),
]);

export const leases = show<Lease>(['Name', 'Holder', 'Age'], (object, now) => [
  nameOf(object),
  object.spec?.holderIdentity ?? '',
  age(object, now),
]);

export const leaseCandidates = show<LeaseCandidate>(
  ['Name', 'LeaseName', 'BinaryVersion', 'EmulationVersion', 'Age'],
  (object, now) => {
    const { leaseName = '', binaryVersion = '', emulationVersion = '' } = object.spec ?? {};
    return [nameOf(object), leaseName, binaryVersion, emulationVersion, age(object, now)];
  },
);

export const componentStatuses = show<ComponentStatus>(['Name', 'Status', 'Message', 'Error'], (object) => {
  const healthy = object.conditions?.find(({ type }) => type === 'Healthy');
  const state = healthy === undefined ? 'Unknown' : healthy.status === 'True' ? 'Healthy' : 'Unhealthy';
  return [nameOf(object), state, healthy?.message ?? '', healthy?.error ?? ''];
});

/** Upstream: kube-aggregator/pkg/registry/apiservice/etcd/etcd.go. */
export const apiServices = show<APIService>(['Name', 'Service', 'Available', 'Age'], (object, now) => {
  const { service } = object.spec ?? {};
  const available = object.status?.conditions?.find(({ type }) => type === 'Available');
  const state = isTrue(object.status?.conditions, 'Available')
    ? 'True'
    : available === undefined
      ? 'Unknown'
      : `${available.status} (${available.reason ?? ''})`;
  return [
    nameOf(object),
    service === undefined ? 'Local' : `${service.namespace ?? ''}/${service.name ?? ''}`,
    state,
    age(object, now),
  ];
});
