import { exactly, podTotal, qosClass } from '#core/api/pods';
import type { PersistentVolumeClaim, Pod, ResourceQuota, Service } from '#core/api/types';
import type { KubeObject } from '#core/machinery/object';
import { type Quantity, quantityOf } from '#core/machinery/quantity';
import type { Operation } from '#core/apiserver';
import { type Amounts, amountsOf, sumOf } from '../resource-lists.ts';

type Selector = NonNullable<
  NonNullable<NonNullable<ResourceQuota['spec']>['scopeSelector']>['matchExpressions']
>[number];

/** How one resource counts against quotas. Upstream: pkg/quota/v1/evaluator. */
export interface Evaluator {
  handles(operation: Operation, subresource: string, object: KubeObject, old: KubeObject | undefined): boolean;
  /** Which of a quota's names it can use. */
  concerns(name: string): boolean;
  /** Whether an object lies in a scope; without it the resource has no scopes. */
  readonly inScope?: (object: KubeObject, selector: Selector) => boolean;
  /** What one object uses. `now` in milliseconds. */
  usage(object: KubeObject, now: number): Amounts;
  /** What an object must say because a quota limits it; the sentence of the refusal. */
  readonly mustSay?: (object: KubeObject, names: ReadonlySet<string>) => string | undefined;
}

const ONE = quantityOf(1);

/** Kinds that quotas call by a short name too. */
const SHORT = new Set(['/configmaps', '/resourcequotas', '/replicationcontrollers', '/secrets']);

export const countName = (group: string, resource: string): string =>
  `count/${resource}${group === '' ? '' : `.${group}`}`;

/** The evaluator of any namespaced resource. */
export function evaluatorOf(group: string, resource: string): Evaluator {
  switch (`${group}/${resource}`) {
    case '/pods':
      return pods;
    case '/services':
      return services;
    case '/persistentvolumeclaims':
      return claims;
    default:
      return counted(group, resource);
  }
}

function counted(group: string, resource: string): Evaluator {
  const names = [countName(group, resource), ...(SHORT.has(`${group}/${resource}`) ? [resource] : [])];
  const usage = new Map(names.map((name) => [name, ONE]));
  return {
    handles: (operation, subresource) => operation === 'CREATE' && subresource === '',
    concerns: (name) => names.includes(name),
    usage: () => usage,
  };
}

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
const POD_NAMES = new Set([
  'pods',
  countName('', 'pods'),
  ...COMPUTE,
  ...COMPUTE.flatMap((one) => [`requests.${one}`, `limits.${one}`]),
]);
/** What every container must give where a quota limits it. */
const REQUIRED = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']);

const isHugePages = (name: string) => name.startsWith('hugepages-');
const isExtendedRequest = (name: string) =>
  name.startsWith('requests.') && name.slice(9).includes('/') && !name.slice(9).startsWith('kubernetes.io/');

const isTerminating = ({ spec }: Pod) => (spec?.activeDeadlineSeconds ?? -1) >= 0;
const isBestEffort = ({ spec }: Pod) => spec !== undefined && qosClass(spec) === 'BestEffort';

/** Gone, or as good as: it holds nothing any more. */
function isOver({ status, metadata }: Pod, now: number): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function computeUsage(requests: Amounts, limits: Amounts): Amounts {
  const usage = new Map<string, Quantity>([['pods', ONE]]);
  for (const [name, amount] of requests) {
    const known = COMPUTE.includes(name) || isHugePages(name);
    if (known) usage.set(name, amount);
    if (known || name.includes('/')) usage.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of limits) if (COMPUTE.includes(name)) usage.set(`limits.${name}`, amount);
  return usage;
}

const pods: Evaluator = {
  handles(operation, subresource, object, old) {
    if (subresource === 'resize') return operation === 'UPDATE';
    if (subresource !== '') return false;
    if (operation === 'CREATE') return true;
    return operation === 'UPDATE' && isTerminating(object as Pod) !== isTerminating(old as Pod);
  },
  concerns: (name) =>
    POD_NAMES.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-') || isExtendedRequest(name),
  inScope(object, { scopeName, operator, values }) {
    const pod = object as Pod;
    switch (scopeName) {
      case 'Terminating':
        return isTerminating(pod);
      case 'NotTerminating':
        return !isTerminating(pod);
      case 'BestEffort':
        return isBestEffort(pod);
      case 'NotBestEffort':
        return !isBestEffort(pod);
      case 'PriorityClass':
        return matches(operator, pod.spec?.priorityClassName ?? '', values ?? []);
      case 'CrossNamespacePodAffinity':
        return crossesNamespaces(pod);
      default:
        return false;
    }
  },
  usage(object, now) {
    const pod = object as Pod;
    const count = new Map([[countName('', 'pods'), ONE]]);
    if (isOver(pod, now)) return count;
    const total = (side: 'requests' | 'limits') =>
      podTotal(pod, side, exactly, { overhead: true, measured: 'containers' });
    return sumOf(count, computeUsage(total('requests'), total('limits')));
  },
  mustSay(object, names) {
    const { spec } = object as Pod;
    if (
      spec?.resources !== undefined &&
      Object.keys({ ...spec.resources.requests, ...spec.resources.limits }).length > 0
    )
      return undefined;
    const missing = new Map<string, string[]>();
    for (const { name, resources } of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]) {
      const given = computeUsage(amountsOf(resources?.requests), amountsOf(resources?.limits));
      for (const wanted of names) {
        if (REQUIRED.has(wanted) && !given.has(wanted)) missing.set(wanted, [...(missing.get(wanted) ?? []), name]);
      }
    }
    if (missing.size === 0) return undefined;
    const parts = [...missing]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, list]) => `${name} for: ${[...new Set(list)].sort().join(',')}`);
    return `must specify ${parts.join('; ')}`;
  },
};

function matches(operator: string, value: string, values: readonly string[]): boolean {
  switch (operator) {
    case 'Exists':
      return value !== '';
    case 'DoesNotExist':
      return value === '';
    case 'In':
      return value !== '' && values.includes(value);
    default:
      return !values.includes(value);
  }
}

function crossesNamespaces({ spec }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  return [podAffinity, podAntiAffinity].some((one) =>
    [
      ...(one?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(one?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
    ].some(({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined),
  );
}

const SERVICE_NAMES = new Set(['services', 'services.nodeports', 'services.loadbalancers', countName('', 'services')]);

const services: Evaluator = {
  handles: (operation, subresource) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  concerns: (name) => SERVICE_NAMES.has(name),
  usage(object) {
    const { spec } = object as Service;
    const ports = spec?.ports ?? [];
    const own = ports.filter(({ nodePort }) => nodePort !== undefined && nodePort !== 0).length;
    const balanced = spec?.type === 'LoadBalancer';
    const nodePorts =
      spec?.type === 'NodePort' || (balanced && spec.allocateLoadBalancerNodePorts !== false)
        ? ports.length
        : balanced
          ? own
          : 0;
    return new Map([
      [countName('', 'services'), ONE],
      ['services', ONE],
      ['services.nodeports', quantityOf(nodePorts)],
      ['services.loadbalancers', quantityOf(balanced ? 1 : 0)],
    ]);
  },
};

const CLASS_SUFFIX = '.storageclass.storage.k8s.io/';
const CLAIM_NAMES = ['persistentvolumeclaims', 'requests.storage'];

const claims: Evaluator = {
  handles: (operation, subresource) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  concerns: (name) =>
    CLAIM_NAMES.includes(name) ||
    name === countName('', 'persistentvolumeclaims') ||
    CLAIM_NAMES.some((one) => name.endsWith(CLASS_SUFFIX + one)),
  usage(object) {
    const { spec, metadata } = object as PersistentVolumeClaim;
    const storage = amountsOf(spec?.resources?.requests).get('storage');
    const name = metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? '';
    const usage = new Map<string, Quantity>([
      [countName('', 'persistentvolumeclaims'), ONE],
      ['persistentvolumeclaims', ONE],
    ]);
    if (name !== '') usage.set(`${name}${CLASS_SUFFIX}persistentvolumeclaims`, ONE);
    if (storage === undefined) return usage;
    usage.set('requests.storage', storage);
    if (name !== '') usage.set(`${name}${CLASS_SUFFIX}requests.storage`, storage);
    return usage;
  },
};

/** All that a quota demands of an object before it counts. */
export const selectorsOf = ({ spec }: ResourceQuota): readonly Selector[] => [
  ...(spec?.scopes ?? []).map((scopeName): Selector => ({ scopeName, operator: 'Exists' })),
  ...(spec?.scopeSelector?.matchExpressions ?? []),
];

/** Whether an object counts against a quota at all. */
export function isCounted(evaluator: Evaluator, quota: ResourceQuota, object: KubeObject): boolean {
  const { inScope } = evaluator;
  const names = Object.keys(quota.status?.hard ?? quota.spec?.hard ?? {});
  if (!names.some((name) => evaluator.concerns(name))) return false;
  return selectorsOf(quota).every((selector) => inScope?.(object, selector) === true);
}
