import { exactly, podTotal } from '#core/api/pods';
import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod, PodSpec } from '#core/api/types';
import { rememberedWith } from '#core/base';
import { compareQuantities, formatQuantity, milliOf, parseQuantity, type Quantity } from '#core/machinery/quantity';
import type { AdmissionPlugin } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import type { AdmissionParts } from './parts.ts';
import { isOf, refusalOf } from './refuse.ts';
import { type Amounts, amountsOf, type ResourceTexts } from './resource-lists.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

/** Fills in a namespace's default requests and limits and holds objects to its bounds. Upstream: plugin/pkg/admission/limitranger/admission.go. */
export const limitRanger = ({ stored }: Pick<AdmissionParts, 'stored'>): AdmissionPlugin => ({
  name: 'LimitRanger',
  handles: (operation, definition, subresource) =>
    (isOf(definition, '', 'pods') &&
      ((operation === 'CREATE' && subresource === '') || (operation === 'UPDATE' && subresource === 'resize'))) ||
    (isOf(definition, '', 'persistentvolumeclaims') &&
      subresource === '' &&
      (operation === 'CREATE' || operation === 'UPDATE')),
  admit({ definition, namespace, object, old }) {
    if (!isOf(definition, '', 'pods') || old?.metadata.deletionTimestamp !== undefined) return object;
    let pod = object as Pod;
    for (const range of stored.list<LimitRange>('', 'limitranges', namespace)) pod = withDefaults(pod, range);
    return pod as KubeObject;
  },
  validate(attributes) {
    const { definition, namespace, object, old } = attributes;
    if (old?.metadata.deletionTimestamp !== undefined) return;
    for (const { spec } of stored.list<LimitRange>('', 'limitranges', namespace)) {
      const limits = spec?.limits ?? [];
      const why = isOf(definition, '', 'pods')
        ? podProblems(object as Pod, limits)
        : claimProblems(object as PersistentVolumeClaim, limits);
      if (why.length > 0) throw refusalOf(attributes, why.length === 1 ? why[0]! : `[${[...new Set(why)].join(', ')}]`);
    }
  },
});

function withDefaults(pod: Pod, range: LimitRange): Pod {
  if (pod.spec === undefined) return pod;
  const { spec, notes } = filledIn(pod.spec, range);
  if (notes.length === 0) return pod;
  const annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}` };
  return { ...pod, metadata: { ...pod.metadata, annotations }, spec };
}

/** Pods of one spec get one spec; and what is told of it. */
const filledIn = rememberedWith((given: PodSpec, range: LimitRange) => {
  const own = (range.spec?.limits ?? []).filter(({ type }) => type === 'Container');
  const limits: ResourceTexts = Object.assign({}, ...own.map((one) => one.default));
  const requests: ResourceTexts = Object.assign({}, ...own.map((one) => one.defaultRequest));
  const notes: string[] = [];
  const fill = (kind: string) => (container: Container) => filled(container, requests, limits, kind, notes);
  const containers = (given.containers ?? []).map(fill('container'));
  const initContainers = given.initContainers?.map(fill('init container'));
  const spec: PodSpec = { ...given, containers, ...(initContainers === undefined ? {} : { initContainers }) };
  return { spec, notes };
});

function filled(
  container: Container,
  requests: ResourceTexts,
  limits: ResourceTexts,
  kind: string,
  notes: string[],
): Container {
  const { resources } = container;
  const missing = (defaults: ResourceTexts, given: ResourceTexts | undefined) =>
    Object.keys(defaults)
      .filter((name) => given === undefined || !Object.hasOwn(given, name))
      .sort();
  const newRequests = missing(requests, resources?.requests);
  const newLimits = missing(limits, resources?.limits);
  if (newRequests.length > 0) notes.push(`${newRequests.join(', ')} request for ${kind} ${container.name}`);
  if (newLimits.length > 0) notes.push(`${newLimits.join(', ')} limit for ${kind} ${container.name}`);
  if (newRequests.length + newLimits.length === 0) return container;
  const all = (defaults: ResourceTexts, given: ResourceTexts | undefined) => ({ ...defaults, ...given });
  return {
    ...container,
    resources: {
      ...resources,
      ...(newLimits.length > 0 ? { limits: all(limits, resources?.limits) } : {}),
      ...(newRequests.length > 0 ? { requests: all(requests, resources?.requests) } : {}),
    },
  };
}

/** Huge pages of a pod as a whole are of no account here. Upstream: plugin/pkg/admission/limitranger/admission.go (podLimits). */
function withoutPages(pod: Pod): Pod {
  const { resources } = pod.spec ?? {};
  if (resources === undefined) return pod;
  const kept = (texts: ResourceTexts | undefined) =>
    Object.fromEntries(Object.entries(texts ?? {}).filter(([name]) => !name.startsWith('hugepages-')));
  const without = { ...resources, requests: kept(resources.requests), limits: kept(resources.limits) };
  return { ...pod, spec: { ...pod.spec!, resources: without } };
}

function podProblems(pod: Pod, limits: readonly LimitRangeItem[]): string[] {
  const limited = withoutPages(pod);
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  return limits.flatMap((limit) => {
    switch (limit.type) {
      case 'Container':
        return [...containers, ...initContainers].flatMap(({ resources }) =>
          bounds(limit, amountsOf(resources?.requests), amountsOf(resources?.limits)),
        );
      case 'Pod':
        return bounds(limit, podTotal(limited, 'requests', exactly), podTotal(limited, 'limits', exactly));
      default:
        return [];
    }
  });
}

function claimProblems({ spec }: PersistentVolumeClaim, limits: readonly LimitRangeItem[]): string[] {
  const requests = amountsOf(spec?.resources?.requests);
  return limits
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap(({ type, min, max }) => [...below(type, min, requests, new Map()), ...claimAbove(type, max, requests)]);
}

const bounds = (
  { type, min, max, maxLimitRequestRatio }: LimitRangeItem,
  requests: Amounts,
  limits: Amounts,
): string[] => [
  ...below(type, min, requests, limits),
  ...above(type, max, requests, limits),
  ...beyondRatio(type, maxLimitRequestRatio, requests, limits),
];

const entries = (texts: ResourceTexts | undefined): [name: string, bound: Quantity, text: string][] =>
  Object.entries(texts ?? {}).map(([name, text]) => [name, parseQuantity(text), text]);

const less = (a: Quantity | undefined, b: Quantity) => a !== undefined && compareQuantities(a, b) < 0;
const more = (a: Quantity | undefined, b: Quantity) => a !== undefined && compareQuantities(a, b) > 0;

function below(type: string, min: ResourceTexts | undefined, requests: Amounts, limits: Amounts): string[] {
  return entries(min).flatMap(([name, bound, text]) => {
    const [request, limit] = [requests.get(name), limits.get(name)];
    const rule = `minimum ${name} usage per ${type} is ${text}`;
    if (request === undefined) return [`${rule}.  No request is specified`];
    if (less(request, bound)) return [`${rule}, but request is ${formatQuantity(request)}`];
    return less(limit, bound) ? [`${rule}, but limit is ${formatQuantity(limit!)}`] : [];
  });
}

function above(type: string, max: ResourceTexts | undefined, requests: Amounts, limits: Amounts): string[] {
  return entries(max).flatMap(([name, bound, text]) => {
    const [request, limit] = [requests.get(name), limits.get(name)];
    const rule = `maximum ${name} usage per ${type} is ${text}`;
    if (limit === undefined) return [`${rule}.  No limit is specified`];
    if (more(limit, bound)) return [`${rule}, but limit is ${formatQuantity(limit)}`];
    return more(request, bound) ? [`${rule}, but request is ${formatQuantity(request!)}`] : [];
  });
}

function claimAbove(type: string, max: ResourceTexts | undefined, requests: Amounts): string[] {
  return entries(max).flatMap(([name, bound, text]) => {
    const request = requests.get(name);
    const rule = `maximum ${name} usage per ${type} is ${text}`;
    if (request === undefined) return [`${rule}.  No request is specified`];
    return more(request, bound) ? [`${rule}, but request is ${formatQuantity(request)}`] : [];
  });
}

function beyondRatio(type: string, ratios: ResourceTexts | undefined, requests: Amounts, limits: Amounts): string[] {
  return entries(ratios).flatMap(([name, bound, text]) => {
    const [request, limit] = [requests.get(name), limits.get(name)];
    const rule = `${name} max limit to request ratio per ${type} is ${text}`;
    if (request === undefined || request.nano === 0n) return [`${rule}, but no request is specified or request is 0`];
    if (limit === undefined || limit.nano === 0n) return [`${rule}, but no limit is specified or limit is 0`];
    const ratio = Number(milliOf(limit)) / Number(milliOf(request));
    return ratio * 1000 > Number(milliOf(bound)) ? [`${rule}, but provided ratio is ${ratio.toFixed(6)}`] : [];
  });
}
