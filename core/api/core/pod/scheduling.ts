import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  PodSpec,
} from '#core/api/types';
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '#core/machinery/names';
import { duplicate, forbiddenField, invalid, required } from '#core/machinery/status';
import { each, matching, type Rule, type Rules, selectorProblems } from '#core/machinery/validation';
import { labelKeyProblems } from './label-keys.ts';

const nodeRequirement: Rule<NodeSelectorRequirement> = ({ key, operator, values = [] }, path, problems) => {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0)
        problems.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        problems.push(
          forbiddenField(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        );
      }
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        problems.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      }
      break;
    default:
      problems.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  }
  matching(qualifiedNameProblems)(key, `${path}.key`, problems);
};

const labelValues: Rule<NodeSelectorRequirement> = ({ values }, path, problems) =>
  each(matching(labelValueProblems))(values, `${path}.values`, problems);

/** A node is picked by its own name, and by one at a time. */
const fieldRequirement: Rule<NodeSelectorRequirement> = ({ key, operator, values = [] }, path, problems) => {
  if (operator !== 'In' && operator !== 'NotIn') {
    problems.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    problems.push(required(`${path}.values`, detail));
  }
  if (key === 'metadata.name') each(matching(dnsSubdomainProblems))(values, `${path}.values`, problems);
  else problems.push(invalid(`${path}.key`, key, 'not a valid field selector key'));
};

const nodeTerm =
  (...expression: Rules<NodeSelectorRequirement>): Rule<NodeSelectorTerm> =>
  (term, path, problems) => {
    each(...expression)(term.matchExpressions, `${path}.matchExpressions`, problems);
    each(fieldRequirement)(term.matchFields, `${path}.matchFields`, problems);
  };

const neededTerm = nodeTerm(nodeRequirement, labelValues);
/** Values that no node can have only make the wish one that is never granted. */
const preferredTerm = nodeTerm(nodeRequirement);

export const nodeSelector: Rule<NodeSelector> = ({ nodeSelectorTerms }, path, problems) => {
  const place = `${path}.nodeSelectorTerms`;
  if ((nodeSelectorTerms?.length ?? 0) === 0)
    problems.push(required(place, 'must have at least one node selector term'));
  else each(neededTerm)(nodeSelectorTerms, place, problems);
};

const inWeight: Rule<number> = (value, path, problems) => {
  if (value < 1 || value > 100) problems.push(invalid(path, value, 'must be in the range 1-100'));
};

const podTerm: Rule<PodAffinityTerm> = (term, path, problems) => {
  selectorProblems(term.labelSelector, `${path}.labelSelector`, problems);
  selectorProblems(term.namespaceSelector, `${path}.namespaceSelector`, problems);
  for (const name of term.namespaces ?? []) matching(dnsLabelProblems)(name, `${path}.namespace`, problems);
  labelKeyProblems(term, path, problems);
  if (term.topologyKey === '') problems.push(required(`${path}.topologyKey`, 'can not be empty'));
  matching(qualifiedNameProblems)(term.topologyKey, `${path}.topologyKey`, problems);
};

interface PodAffinityLike {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight: number;
    readonly podAffinityTerm: PodAffinityTerm;
  }[];
}

const podAffinity: Rule<PodAffinityLike> = (affinity, path, problems) => {
  each(podTerm)(
    affinity.requiredDuringSchedulingIgnoredDuringExecution,
    `${path}.requiredDuringSchedulingIgnoredDuringExecution`,
    problems,
  );
  for (const [i, preferred] of (affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    const place = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
    inWeight(preferred.weight, `${place}.weight`, problems);
    podTerm(preferred.podAffinityTerm, `${place}.podAffinityTerm`, problems);
  }
};

export const affinity: Rule<Affinity> = (all, path, problems) => {
  const { nodeAffinity } = all;
  const needed = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const place = `${path}.nodeAffinity`;
  if (needed !== undefined) nodeSelector(needed, `${place}.requiredDuringSchedulingIgnoredDuringExecution`, problems);
  for (const [i, preferred] of (nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    const term = `${place}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
    inWeight(preferred.weight, `${term}.weight`, problems);
    preferredTerm(preferred.preference, `${term}.preference`, problems);
  }
  if (all.podAffinity !== undefined) podAffinity(all.podAffinity, `${path}.podAffinity`, problems);
  if (all.podAntiAffinity !== undefined) podAffinity(all.podAntiAffinity, `${path}.podAntiAffinity`, problems);
};

export const schedulingGates: Rule<PodSpec['schedulingGates']> = (gates, path, problems) => {
  const seen = new Set<string>();
  for (const [i, { name }] of (gates ?? []).entries()) {
    matching(qualifiedNameProblems)(name, `${path}[${i}]`, problems);
    if (seen.has(name)) problems.push(duplicate(`${path}[${i}]`, name));
    seen.add(name);
  }
};
