import type {
  DaemonSet,
  DaemonSetUpdateStrategy,
  DeploymentStrategy,
  HorizontalPodAutoscalerBehavior,
  HPAScalingRules,
  Job,
  JobSpec,
  PersistentVolumeClaim,
  StatefulSetSpec,
  StatefulSetUpdateStrategy,
} from '#core/api/types';
import type { HorizontalPodAutoscaler as HorizontalPodAutoscalerV1 } from '#core/api/types/autoscaling/v1';
import { fill, fillPointers, type Rules, set } from './rule.ts';

interface Amounts {
  readonly maxUnavailable?: number | string;
  readonly maxSurge?: number | string;
}

/** How many pods may be gone and how many more there may be; an empty text is an amount, if a wrong one. */
const withAmounts = <T extends { readonly rollingUpdate?: Amounts }>(value: T, amounts: Amounts): T =>
  value.rollingUpdate === undefined ? value : { ...value, rollingUpdate: { ...amounts, ...value.rollingUpdate } };

function deploymentStrategy(value: DeploymentStrategy): DeploymentStrategy {
  const typed = fill(value, { type: 'RollingUpdate' });
  if (typed.type !== 'RollingUpdate') return withAmounts(typed, { maxUnavailable: 0, maxSurge: 0 });
  return withAmounts(
    { ...typed, rollingUpdate: typed.rollingUpdate ?? {} },
    { maxUnavailable: '25%', maxSurge: '25%' },
  );
}

function daemonSetStrategy(value: DaemonSetUpdateStrategy): DaemonSetUpdateStrategy {
  const typed = fill(value, { type: 'RollingUpdate' });
  if (typed.type !== 'RollingUpdate') return withAmounts(typed, { maxUnavailable: 0, maxSurge: 0 });
  return withAmounts({ ...typed, rollingUpdate: typed.rollingUpdate ?? {} }, { maxUnavailable: 1, maxSurge: 0 });
}

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** The oldest version's field lives on as an annotation, which every object that is read shows; its strategy counts it. */
function daemonSet(value: DaemonSet): DaemonSet {
  const { metadata } = value;
  if (metadata.annotations?.[TEMPLATE_GENERATION] !== undefined) return value;
  return { ...value, metadata: { ...metadata, annotations: { ...metadata.annotations, [TEMPLATE_GENERATION]: '0' } } };
}

const typedClaim = (claim: PersistentVolumeClaim): PersistentVolumeClaim => ({
  ...claim,
  kind: 'PersistentVolumeClaim',
  apiVersion: 'v1',
});

const isTypedClaim = ({ kind, apiVersion }: { readonly kind?: string; readonly apiVersion?: string }): boolean =>
  kind === 'PersistentVolumeClaim' && apiVersion === 'v1';

const MAX_INT32 = 2147483647;

function jobSpec(value: JobSpec): JobSpec {
  const alone = value.completions === undefined && value.parallelism === undefined;
  return fillPointers(alone ? { ...value, completions: 1 } : value, {
    parallelism: 1,
    backoffLimit: value.backoffLimitPerIndex === undefined ? 6 : MAX_INT32,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: value.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
}

/** A job is labelled as its pods are, and has its defaults only where it stands alone: a CronJob's template keeps its gaps. */
function job(value: Job): Job {
  const labels = value.spec.template.metadata?.labels;
  const spec = jobSpec(value.spec);
  const own = value.metadata.labels;
  const needsLabels = labels !== undefined && (own === undefined || Object.keys(own).length === 0);
  const labelled = needsLabels ? { ...value, metadata: { ...value.metadata, labels } } : value;
  return set(labelled, 'spec', spec);
}

const scaleUp: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const scaleDown: HPAScalingRules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

/** A list of policies that is given, be it empty, is the one that counts. */
const scalingRules = (rules: HPAScalingRules | undefined, defaults: HPAScalingRules): HPAScalingRules => {
  const filled = fillPointers(rules ?? {}, defaults);
  return rules?.policies === undefined || rules.policies === null ? filled : { ...filled, policies: rules.policies };
};

/** How an autoscaler of version 2 scales, where it says anything of it. Upstream: pkg/apis/autoscaling/v2/defaults.go. */
export const scalingBehavior = (value: HorizontalPodAutoscalerBehavior): HorizontalPodAutoscalerBehavior => ({
  ...value,
  scaleUp: scalingRules(value.scaleUp, scaleUp),
  scaleDown: scalingRules(value.scaleDown, scaleDown),
});

/** Upstream: pkg/apis/{apps,batch,autoscaling}/VERSION/defaults.go. */
export const workloads: Rules = {
  'apps.DeploymentSpec': { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
  'apps.DeploymentStrategy': deploymentStrategy,
  'apps.ReplicaSetSpec': { replicas: 1 },
  'apps.DaemonSet': daemonSet,
  'apps.DaemonSetSpec': { revisionHistoryLimit: 10 },
  'apps.DaemonSetUpdateStrategy': daemonSetStrategy,
  'apps.StatefulSetSpec': (value: StatefulSetSpec): StatefulSetSpec => {
    const filled = fill(value, {
      podManagementPolicy: 'OrderedReady',
      persistentVolumeClaimRetentionPolicy: {},
      replicas: 1,
      revisionHistoryLimit: 10,
    });
    const isTyped = value.volumeClaimTemplates?.every(isTypedClaim) ?? true;
    return isTyped ? filled : { ...filled, volumeClaimTemplates: filled.volumeClaimTemplates!.map(typedClaim) };
  },
  'apps.StatefulSetUpdateStrategy': (value: StatefulSetUpdateStrategy, { gates }): StatefulSetUpdateStrategy => {
    const typed =
      value.type === undefined
        ? fill<StatefulSetUpdateStrategy>({ ...value, type: 'RollingUpdate' }, { rollingUpdate: {} })
        : value;
    if (typed.type !== 'RollingUpdate' || typed.rollingUpdate === undefined) return typed;
    const unavailable = gates.enabled('MaxUnavailableStatefulSet') ? { maxUnavailable: 1 } : {};
    return set(typed, 'rollingUpdate', fill(typed.rollingUpdate, { partition: 0, ...unavailable }));
  },
  'apps.StatefulSetPersistentVolumeClaimRetentionPolicy': { whenDeleted: 'Retain', whenScaled: 'Retain' },
  'batch.Job': job,
  'batch.CronJobSpec': {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  },
  'batch.PodFailurePolicyOnPodConditionsPattern': { status: 'True' },
  'autoscaling.v1.HorizontalPodAutoscaler': (value: HorizontalPodAutoscalerV1): HorizontalPodAutoscalerV1 => {
    // It is stored as v2, where no metric at all means cpu.
    const metrics = value.metadata.annotations?.['autoscaling.alpha.kubernetes.io/metrics'];
    const cpu = metrics === undefined ? { targetCPUUtilizationPercentage: 80 } : {};
    return set(value, 'spec', fill(value.spec, { minReplicas: 1, ...cpu }));
  },
  'autoscaling.v2.HorizontalPodAutoscalerSpec': {
    minReplicas: 1,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
  },
  'autoscaling.HorizontalPodAutoscalerBehavior': scalingBehavior,
};
