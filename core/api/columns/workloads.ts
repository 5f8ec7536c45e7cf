import type { Columns } from '#core/api/definition';
import type {
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  MetricSpec,
  MetricStatus,
  PodDisruptionBudget,
  ReplicaSet,
  ReplicationController,
  Scale,
  StatefulSet,
} from '#core/api/types';
import { autoscalerV2 } from '#core/api/convert';
import { parseApiVersion } from '#core/machinery/object';
import { ago, humanDuration, listed, type Now, since } from '#core/machinery/table';
import {
  age,
  containerImages,
  containerNames,
  isTrue,
  labelsText,
  nameOf,
  orNone,
  orUnset,
  selectorText,
  show,
} from './kit.ts';

const WIDE = ['*Containers', '*Images', '*Selector'] as const;

export const deployments = show<Deployment>(
  ['Name', 'Ready', 'Up-to-date', 'Available', 'Age', ...WIDE],
  (object, now) => {
    const { spec, status } = object;
    const { containers } = spec?.template?.spec ?? {};
    return [
      nameOf(object),
      `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
      status?.updatedReplicas ?? 0,
      status?.availableReplicas ?? 0,
      age(object, now),
      containerNames(containers),
      containerImages(containers),
      selectorText(spec?.selector),
    ];
  },
);

export const replicaSets = show<ReplicaSet>(
  ['Name', 'Desired#', 'Current#', 'Ready#', 'Age', ...WIDE],
  (object, now) => {
    const { spec, status } = object;
    const { containers } = spec?.template?.spec ?? {};
    return [
      nameOf(object),
      spec?.replicas ?? 0,
      status?.replicas ?? 0,
      status?.readyReplicas ?? 0,
      age(object, now),
      containerNames(containers),
      containerImages(containers),
      selectorText(spec?.selector),
    ];
  },
);

export const replicationControllers = show<ReplicationController>(
  ['Name', 'Desired#', 'Current#', 'Ready#', 'Age', ...WIDE],
  (object, now) => {
    const { spec, status } = object;
    const { containers } = spec?.template?.spec ?? {};
    return [
      nameOf(object),
      spec?.replicas ?? 0,
      status?.replicas ?? 0,
      status?.readyReplicas ?? 0,
      age(object, now),
      containerNames(containers),
      containerImages(containers),
      labelsText(spec?.selector),
    ];
  },
);

export const statefulSets = show<StatefulSet>(['Name', 'Ready', 'Age', '*Containers', '*Images'], (object, now) => {
  const { spec, status } = object;
  const { containers } = spec?.template?.spec ?? {};
  return [
    nameOf(object),
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    age(object, now),
    containerNames(containers),
    containerImages(containers),
  ];
});

export const daemonSets = show<DaemonSet>(
  ['Name', 'Desired#', 'Current#', 'Ready#', 'Up-to-date#', 'Available#', 'Node Selector', 'Age', ...WIDE],
  (object, now) => {
    const { spec, status } = object;
    const { containers, nodeSelector } = spec?.template?.spec ?? {};
    return [
      nameOf(object),
      status?.desiredNumberScheduled ?? 0,
      status?.currentNumberScheduled ?? 0,
      status?.numberReady ?? 0,
      status?.updatedNumberScheduled ?? 0,
      status?.numberAvailable ?? 0,
      labelsText(nodeSelector),
      age(object, now),
      containerNames(containers),
      containerImages(containers),
      selectorText(spec?.selector),
    ];
  },
);

export const controllerRevisions = show<ControllerRevision>(
  ['Name', 'Controller', 'Revision', 'Age'],
  (object, now) => {
    const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true);
    const { group } = parseApiVersion(owner?.apiVersion ?? '');
    const kind = owner === undefined ? '' : `${owner.kind.toLowerCase()}${group === '' ? '' : `.${group}`}`;
    return [
      nameOf(object),
      owner === undefined ? '<none>' : `${kind}/${owner.name}`,
      object.revision,
      age(object, now),
    ];
  },
);

const JOB_STATES = [
  ['Complete', 'Complete'],
  ['Failed', 'Failed'],
  ['', 'Terminating'],
  ['Suspended', 'Suspended'],
  ['FailureTarget', 'FailureTarget'],
  ['SuccessCriteriaMet', 'SuccessCriteriaMet'],
] as const;

function jobState({ metadata, status }: Job): string {
  const state = JOB_STATES.find(([condition]) =>
    condition === '' ? metadata.deletionTimestamp !== undefined : isTrue(status?.conditions, condition),
  );
  return state?.[1] ?? 'Running';
}

function jobDuration({ status }: Job, now: Now): string {
  if (status?.startTime === undefined) return '';
  const start = Date.parse(status.startTime);
  return status.completionTime === undefined
    ? ago(start, now)
    : humanDuration(Date.parse(status.completionTime) - start);
}

export const jobs = show<Job>(['Name', 'Status', 'Completions', 'Duration', 'Age', ...WIDE], (object, now) => {
  const { spec, status } = object;
  const done = status?.succeeded ?? 0;
  const parallelism = spec?.parallelism ?? 0;
  const { containers } = spec?.template?.spec ?? {};
  return [
    nameOf(object),
    jobState(object),
    spec?.completions === undefined
      ? `${done}/1${parallelism > 1 ? ` of ${parallelism}` : ''}`
      : `${done}/${spec.completions}`,
    jobDuration(object, now),
    age(object, now),
    containerNames(containers),
    containerImages(containers),
    selectorText(spec?.selector),
  ];
});

const yesNo = (value: boolean | undefined): string => (value === undefined ? '<unset>' : value ? 'True' : 'False');

export const cronJobs = show<CronJob>(
  ['Name', 'Schedule', 'Timezone', 'Suspend?', 'Active#', 'Last Schedule', 'Age', ...WIDE],
  (object, now) => {
    const { spec, status } = object;
    const job = spec?.jobTemplate?.spec;
    const { containers } = job?.template?.spec ?? {};
    return [
      nameOf(object),
      spec?.schedule ?? '',
      orNone(spec?.timeZone),
      yesNo(spec?.suspend),
      status?.active?.length ?? 0,
      status?.lastScheduleTime === undefined ? '<none>' : since(status.lastScheduleTime, now),
      age(object, now),
      containerNames(containers),
      containerImages(containers),
      selectorText(job?.selector),
    ];
  },
);

/** The Scale of whatever has one. */
export const scales: Columns = {
  columns: [
    { name: 'Name', type: 'string', priority: 0 },
    { name: 'Desired', type: 'integer', priority: 0 },
    { name: 'Available', type: 'integer', priority: 0 },
    { name: 'Age', type: 'string', priority: 0 },
  ],
  cells: (object, now) => {
    const { spec, status } = object as Scale;
    return [nameOf(object), spec?.replicas ?? 0, status?.replicas ?? 0, age(object, now)];
  },
};

export const podDisruptionBudgets = show<PodDisruptionBudget>(
  ['Name', 'Min Available', 'Max Unavailable', 'Allowed Disruptions#', 'Age'],
  (object, now) => [
    nameOf(object),
    String(object.spec?.minAvailable ?? 'N/A'),
    String(object.spec?.maxUnavailable ?? 'N/A'),
    object.status?.disruptionsAllowed ?? 0,
    age(object, now),
  ],
);

const UNKNOWN = '<unknown>';
const percent = (value: number | undefined, missing: string): string => (value === undefined ? missing : `${value}%`);

function metricText(spec: MetricSpec, current: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'Resource':
    case 'ContainerResource': {
      const source = spec.type === 'Resource' ? spec.resource : spec.containerResource;
      const status = spec.type === 'Resource' ? current?.resource : current?.containerResource;
      const { averageValue, averageUtilization } = source?.target ?? {};
      const values =
        averageValue === undefined
          ? `${percent(status?.current.averageUtilization, UNKNOWN)}/${percent(averageUtilization, '<auto>')}`
          : `${status?.current.averageValue ?? UNKNOWN}/${averageValue}`;
      return `${source?.name ?? ''}: ${values}`;
    }
    case 'Pods':
      return `${current?.pods?.current.averageValue ?? UNKNOWN}/${spec.pods?.target.averageValue ?? ''}`;
    case 'External':
    case 'Object': {
      const target = (spec.type === 'External' ? spec.external : spec.object)?.target;
      const status = (spec.type === 'External' ? current?.external : current?.object)?.current;
      return target?.averageValue === undefined
        ? `${status?.value ?? UNKNOWN}/${target?.value ?? ''}`
        : `${status?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
    }
    default:
      return '<unknown type>';
  }
}

export const horizontalPodAutoscalers = show<HorizontalPodAutoscaler>(
  ['Name', 'Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age'],
  (object, now) => {
    const { spec, status } = autoscalerV2(object) as HorizontalPodAutoscaler;
    const metrics = (spec?.metrics ?? []).map((metric, i) => metricText(metric, status?.currentMetrics?.[i]));
    return [
      nameOf(object),
      `${spec?.scaleTargetRef.kind ?? ''}/${spec?.scaleTargetRef.name ?? ''}`,
      listed(metrics, 2, '<none>', ', '),
      orUnset(spec?.minReplicas?.toString()),
      spec?.maxReplicas ?? 0,
      status?.currentReplicas ?? 0,
      age(object, now),
    ];
  },
);
