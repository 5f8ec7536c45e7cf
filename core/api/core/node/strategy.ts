import type { Strategy } from '#core/api/definition';
import { genericStrategy, traits } from '#core/api/strategy';
import type { Node } from '#core/api/types';
import { sameJson } from '#core/base';
import { rangeProblems } from '#core/machinery/names';
import { duplicate, forbiddenField, internalField, invalid, type Problem } from '#core/machinery/status';
import { each, matching } from '#core/machinery/validation';
import { resourceAmountProblems } from '../resources/names.ts';
import { nodeAnnotationProblems } from './annotations.ts';
import { taintProblems } from './taints.ts';

function resourceProblems({ status }: Node, problems: Problem[]): void {
  for (const list of ['capacity', 'allocatable'] as const) {
    for (const [name, amount] of Object.entries(status?.[list] ?? {})) {
      resourceAmountProblems(name, amount, `status.${list}.${name}`, problems);
    }
  }
}

const FEATURE = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/;
const MAX_FEATURE = 253;

function featureProblem(name: string): string | undefined {
  const wrong = `invalid feature name ${JSON.stringify(name)}: must`;
  if (name.length > MAX_FEATURE) return `${wrong} be no more than ${MAX_FEATURE} characters`;
  if (FEATURE.test(name)) return undefined;
  return `${wrong} start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`;
}

/** Features that a node declares, in order, each once. */
function featuresProblems({ status }: Node, problems: Problem[]): void {
  const path = (index: number) => `status.declaredFeatures[${index}]`;
  let before: string | undefined;
  for (const [i, feature] of (status?.declaredFeatures ?? []).entries()) {
    if (before === feature) problems.push(duplicate(path(i), feature));
    else if (before !== undefined && before > feature)
      problems.push(invalid(path(i), feature, 'list must be sorted alphabetically'));
    const wrong = featureProblem(feature);
    if (wrong !== undefined) problems.push(invalid(path(i), feature, wrong));
    before = feature;
  }
}

function swapProblems({ status }: Node, problems: Problem[]): void {
  const capacity = status?.nodeInfo?.swap?.capacity;
  if (capacity === undefined || capacity > 0) return;
  problems.push(invalid('metadata.nodeSwapStatus.capacity', capacity, 'must be greater than zero'));
}

function nodeProblems(node: Node): readonly Problem[] {
  const problems: Problem[] = [];
  nodeAnnotationProblems(node, problems);
  taintProblems(node.spec?.taints, 'metadata.taints', problems);
  resourceProblems(node, problems);
  swapProblems(node, problems);
  featuresProblems(node, problems);
  const ranges = node.spec?.podCIDRs ?? [];
  each(matching(rangeProblems))(ranges, 'spec.podCIDRs', problems);
  const wrong = ranges.findIndex((range) => rangeProblems(range).length > 0);
  if (ranges.length > 1 && wrong >= 0) {
    const why = `invalid CIDR[${wrong}]: <nil> (invalid CIDR address: ${ranges[wrong]})`;
    problems.push(
      internalField('spec.podCIDRs', `invalid PodCIDRs. failed to check with dual stack with error:${why}`),
    );
  }
  const families = new Set(ranges.map((range) => range.includes(':')));
  if (ranges.length > 1 && (wrong >= 0 || families.size < ranges.length)) {
    const detail = 'may specify no more than one CIDR for each IP family';
    problems.push(invalid('spec.podCIDRs', ranges, detail));
  }
  return problems;
}

/** Upstream: pkg/apis/core/validation/validation.go (ValidateNodeUpdate). */
function nodeUpdateProblems(next: Node, old: Node): readonly Problem[] {
  const problems: Problem[] = [];
  nodeAnnotationProblems(next, problems);
  resourceProblems(next, problems);
  featuresProblems(next, problems);
  const addresses = next.status?.addresses ?? [];
  for (const [i, address] of addresses.entries()) {
    if (addresses.slice(0, i).some((other) => sameJson(other, address))) {
      problems.push(duplicate(`status.addresses[${i}]`, address));
    }
  }
  const ranges = old.spec?.podCIDRs ?? [];
  const after = next.spec?.podCIDRs ?? [];
  const changed = ranges.length === after.length ? ranges.filter((range, i) => range !== after[i]) : ranges.slice(0, 1);
  for (const _ of changed) {
    problems.push(forbiddenField('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  }
  const provider = old.spec?.providerID ?? '';
  if (provider !== '' && provider !== next.spec?.providerID) {
    problems.push(forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  taintProblems(next.spec?.taints, 'metadata.taints', problems);
  if ((next.spec?.externalID ?? '') !== (old.spec?.externalID ?? '')) {
    problems.push(forbiddenField('spec.externalID', 'may not be updated'));
  }
  return problems;
}

/** The single range and the first of the list are one thing; who sets one means both. A source of configuration is no more. */
function whole(node: Node, old: Node | undefined): Node {
  if (node.spec === undefined) return node;
  const { podCIDR = '', podCIDRs = [], configSource, ...spec } = node.spec;
  const ranges = podCIDR === '' || podCIDR === podCIDRs[0] ? podCIDRs : [podCIDR];
  const keeps = configSource !== undefined && old?.spec?.configSource !== undefined;
  const changed = ranges !== podCIDRs || (ranges[0] ?? '') !== podCIDR || (configSource !== undefined && !keeps);
  if (!changed) return node;
  return {
    ...node,
    spec: {
      ...(ranges.length === 0 ? {} : { podCIDR: ranges[0]!, podCIDRs: ranges }),
      ...spec,
      ...(keeps ? { configSource } : {}),
    },
  };
}

/** The node's own report of a source of configuration is no more either, but where one is stored. */
function withoutConfig(node: Node, old: Node | undefined): Node {
  if (node.status?.config === undefined || old?.status?.config !== undefined) return node;
  const { config: _, ...status } = node.status;
  return { ...node, status };
}

/** Fields that no longer do anything. */
function fieldWarnings({ spec }: Node): readonly string[] {
  return [
    ...(spec?.configSource === undefined ? [] : ['spec.configSource: the feature is removed']),
    ...((spec?.externalID ?? '') === ''
      ? []
      : ['spec.externalID: this field is deprecated, and is unused by Kubernetes']),
  ];
}

const generic = genericStrategy({ group: '', version: 'v1', kind: 'Node', ...traits['/nodes'] });

/** Upstream: pkg/registry/core/node/strategy.go. */
export const nodeStrategy: Strategy = {
  ...generic,
  prepareForCreate: (object, context) =>
    withoutConfig(whole((generic.prepareForCreate?.(object, context) ?? object) as Node, undefined), undefined),
  prepareForUpdate: (next, old, context) => {
    const prepared = whole(generic.prepareForUpdate!(next, old, context) as Node, old as Node);
    return context.subresource === 'status' ? withoutConfig(prepared, old as Node) : prepared;
  },
  warnings: (object, _old, { subresource }) => (subresource === '' ? fieldWarnings(object as Node) : []),
  validateCreate: (object) => nodeProblems(object as Node),
  // A change of the node itself is judged as a new one and as a change: clients are told twice.
  validateUpdate: (next, old, { subresource }) => [
    ...(subresource === '' ? nodeProblems(next as Node) : []),
    ...nodeUpdateProblems(next as Node, old as Node),
  ],
};
