import type {
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodSpec,
  PreferredSchedulingTerm,
} from '#core/api/types/core/v1';
import {
  compileRequirement,
  type LabelPredicate,
  type Labels,
  type Operator,
  requirementProblems,
} from '#core/machinery/selectors';

/** What selectors see of a node. */
export interface SelectableNode {
  readonly name: string;
  readonly labels: Labels;
}
export type NodePredicate = (node: SelectableNode) => boolean;

const OPERATORS: Readonly<Record<string, Operator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};

/** `undefined` where it cannot be read. */
function labelRequirement({ key, operator, values = [] }: NodeSelectorRequirement): LabelPredicate | undefined {
  const known = OPERATORS[operator];
  if (known === undefined) return undefined;
  const requirement = { key, operator: known, values };
  return requirementProblems(requirement).length === 0 ? compileRequirement(requirement) : undefined;
}

/** A node's only field is its name; any other is empty. `undefined` where it cannot be read. */
function fieldRequirement({ key, operator, values = [] }: NodeSelectorRequirement): NodePredicate | undefined {
  const [wanted] = values;
  if (values.length !== 1 || (operator !== 'In' && operator !== 'NotIn')) return undefined;
  const isIn = operator === 'In';
  return ({ name }) => (wanted === (key === 'metadata.name' ? name : '')) === isIn;
}

const isEmpty = ({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): boolean =>
  matchExpressions.length + matchFields.length === 0;

/** A term that is empty, or that cannot be read, matches nothing. */
function termMatches(term: NodeSelectorTerm): NodePredicate {
  const expressions = (term.matchExpressions ?? []).map(labelRequirement);
  const fields = (term.matchFields ?? []).map(fieldRequirement);
  if (isEmpty(term) || expressions.includes(undefined) || fields.includes(undefined)) return () => false;
  return (node) => expressions.every((one) => one!(node.labels)) && fields.every((one) => one!(node));
}

/** A node that matches one of the terms. Upstream: component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go. */
export function nodeTerms(terms: readonly NodeSelectorTerm[]): NodePredicate {
  const compiled = terms.map(termMatches);
  return (node) => compiled.some((matches) => matches(node));
}

/** What a pod's node must be: its nodeSelector and one of the required terms. `undefined` when anything goes. */
export function requiredNodes({ nodeSelector, affinity }: PodSpec): NodePredicate | undefined {
  const all = Object.entries(nodeSelector ?? {}).map(([key, value]): NodePredicate => {
    const matches = compileRequirement({ key, operator: '=', values: [value] });
    return ({ labels }) => matches(labels);
  });
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required !== undefined) all.push(nodeTerms(required.nodeSelectorTerms));
  return all.length === 0 ? undefined : (node) => all.every((matches) => matches(node));
}

/** How much a node is wished for: the weights of the terms that it matches. Terms that are empty wish for nothing. */
export function nodePreference(terms: readonly PreferredSchedulingTerm[]): (node: SelectableNode) => number {
  const weighed = terms.map(({ weight, preference }) => ({ weight, matches: termMatches(preference) }));
  return (node) => weighed.reduce((sum, { weight, matches }) => sum + (matches(node) ? weight : 0), 0);
}
