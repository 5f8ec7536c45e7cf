import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  PodSpec,
  Toleration,
  TopologySpreadConstraint,
} from '#core/api/types';
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '#core/machinery/names';
import { duplicate, forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { each, matching, oneOf, positive, type Rule, selectorProblems } from '#core/machinery/validation';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

export function taintEffectProblems(effect: string | undefined, path: string, problems: Problem[]): void {
  if (effect !== undefined && effect !== '' && !(EFFECTS as readonly string[]).includes(effect)) {
    problems.push(notSupported(path, effect, EFFECTS));
  }
}

export const toleration: Rule<Toleration> = (one, path, problems) => {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = one;
  if (key !== '') matching(qualifiedNameProblems)(key, `${path}.key`, problems);
  else if (operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    problems.push(invalid(`${path}.operator`, operator, detail));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    problems.push(invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  }
  if (operator === '' || operator === 'Equal') {
    const details = labelValueProblems(value);
    if (details.length > 0) problems.push(invalid(`${path}.operator`, value, details.join(';')));
  } else if (operator === 'Exists') {
    if (value !== '')
      problems.push(invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'"));
  } else problems.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']));
  taintEffectProblems(effect, `${path}.effect`, problems);
};

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
  for (const [i, value] of values.entries()) matching(labelValueProblems)(value, `${path}.values[${i}]`, problems);
};

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

const nodeTerm: Rule<NodeSelectorTerm> = (term, path, problems) => {
  each(nodeRequirement)(term.matchExpressions, `${path}.matchExpressions`, problems);
  each(fieldRequirement)(term.matchFields, `${path}.matchFields`, problems);
};

export const nodeSelector: Rule<NodeSelector> = ({ nodeSelectorTerms }, path, problems) => {
  const place = `${path}.nodeSelectorTerms`;
  if ((nodeSelectorTerms?.length ?? 0) === 0)
    problems.push(required(place, 'must have at least one node selector term'));
  else each(nodeTerm)(nodeSelectorTerms, place, problems);
};

const inWeight: Rule<number> = (value, path, problems) => {
  if (value < 1 || value > 100) problems.push(invalid(path, value, 'must be in the range 1-100'));
};

const podTerm: Rule<PodAffinityTerm> = (term, path, problems) => {
  selectorProblems(term.labelSelector, `${path}.labelSelector`, problems);
  selectorProblems(term.namespaceSelector, `${path}.namespaceSelector`, problems);
  for (const name of term.namespaces ?? []) matching(dnsLabelProblems)(name, `${path}.namespace`, problems);
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
    if (preferred.weight < 1 || preferred.weight > 100) {
      problems.push(invalid(`${term}.weight`, preferred.weight, 'must be in the range 1-100'));
    }
    nodeTerm(preferred.preference, `${term}.preference`, problems);
  }
  if (all.podAffinity !== undefined) podAffinity(all.podAffinity, `${path}.podAffinity`, problems);
  if (all.podAntiAffinity !== undefined) podAffinity(all.podAntiAffinity, `${path}.podAntiAffinity`, problems);
};

const constraint: Rule<TopologySpreadConstraint> = (one, path, problems) => {
  positive(one.maxSkew, `${path}.maxSkew`, problems);
  if (one.topologyKey === '') problems.push(required(`${path}.topologyKey`, 'can not be empty'));
  else matching(qualifiedNameProblems)(one.topologyKey, `${path}.topologyKey`, problems);
  if (one.whenUnsatisfiable !== 'DoNotSchedule' && one.whenUnsatisfiable !== 'ScheduleAnyway') {
    const supported = ['DoNotSchedule', 'ScheduleAnyway'];
    problems.push(notSupported(`${path}.whenUnsatisfiable`, one.whenUnsatisfiable, supported));
  }
  positive(one.minDomains, `${path}.minDomains`, problems);
  if (one.minDomains !== undefined && one.whenUnsatisfiable !== 'DoNotSchedule') {
    const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${one.whenUnsatisfiable}`;
    problems.push(invalid(`${path}.minDomains`, one.minDomains, detail));
  }
  oneOf('Honor', 'Ignore')(one.nodeAffinityPolicy, `${path}.nodeAffinityPolicy`, problems);
  oneOf('Honor', 'Ignore')(one.nodeTaintsPolicy, `${path}.nodeTaintsPolicy`, problems);
  selectorProblems(one.labelSelector, `${path}.labelSelector`, problems);
};

export function spreadProblems(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
  problems: Problem[],
): void {
  const all = constraints ?? [];
  for (const [i, one] of all.entries()) {
    constraint(one, `${path}[${i}]`, problems);
    const again = all
      .slice(i + 1)
      .some((other) => other.topologyKey === one.topologyKey && other.whenUnsatisfiable === one.whenUnsatisfiable);
    const pair = `{${one.topologyKey}, ${one.whenUnsatisfiable}}`;
    if (again) problems.push(duplicate(`${path}[${i}].{topologyKey, whenUnsatisfiable}`, pair));
  }
}

export const schedulingGates: Rule<PodSpec['schedulingGates']> = (gates, path, problems) => {
  const seen = new Set<string>();
  for (const [i, { name }] of (gates ?? []).entries()) {
    matching(qualifiedNameProblems)(name, `${path}[${i}]`, problems);
    if (seen.has(name)) problems.push(duplicate(`${path}[${i}]`, name));
    seen.add(name);
  }
};
