import { parseRequirements, SelectorFailure } from './parse.ts';
import {
  compileRequirement,
  type LabelPredicate,
  type Labels,
  type Operator,
  type Requirement,
  requirementProblems,
  requirementText,
} from './requirement.ts';

/** A compiled label selector. */
export interface LabelSelector {
  readonly requirements: readonly Requirement[];
  /** Nothing is asked, so everything matches. */
  readonly everything: boolean;
  readonly matches: LabelPredicate;
  /** The text form, requirements ordered by key. */
  readonly text: string;
}

/** `metav1.LabelSelector`, as it stands in objects. */
export interface LabelSelectorObject {
  readonly matchLabels?: Labels | undefined;
  readonly matchExpressions?: readonly MatchExpression[] | undefined;
}
export interface MatchExpression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | undefined;
}

/** Absent labels or an empty selector: matches all. */
export const everything: LabelSelector = { requirements: [], everything: true, matches: () => true, text: '' };

/** An absent selector object selects nothing. */
export const nothing: LabelSelector = { requirements: [], everything: false, matches: () => false, text: '' };

/** From requirements that are known to be valid. */
export function labelSelector(requirements: readonly Requirement[]): LabelSelector {
  if (requirements.length === 0) return everything;
  const predicates = requirements.map(compileRequirement);
  const [only] = predicates;
  const matches: LabelPredicate =
    predicates.length === 1
      ? only!
      : (labels) => {
          for (let i = 0; i < predicates.length; i++) if (!predicates[i]!(labels)) return false;
          return true;
        };
  return { requirements, everything: false, matches, text: requirements.map(requirementText).join(',') };
}

/** `app=web,tier in (a,b)`. Throws a SelectorFailure with the text that clients know. */
export const parseLabelSelector = (text: string): LabelSelector => labelSelector(parseRequirements(text));

const byKey = (left: Requirement, right: Requirement) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0);

/** Exactly these labels. */
export const selectorOfLabels = (labels: Labels | undefined): LabelSelector =>
  labelSelector(
    Object.entries(labels ?? {})
      .map(([key, value]): Requirement => ({ key, operator: '=', values: [value] }))
      .toSorted(byKey),
  );

const objectOperators: Readonly<Record<string, Operator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/**
 * The selector that an object holds: absent selects nothing, empty everything. Throws a SelectorFailure where it is
 * invalid. Upstream: apimachinery/pkg/apis/meta/v1/helpers.go.
 */
export function selectorOfObject(object: LabelSelectorObject | undefined | null): LabelSelector {
  if (object === undefined || object === null) return nothing;
  const requirements = Object.entries(object.matchLabels ?? {}).map(([key, value]): Requirement => ({
    key,
    operator: '=',
    values: [value],
  }));
  for (const { key, operator, values = [] } of object.matchExpressions ?? []) {
    const known = Object.hasOwn(objectOperators, operator) ? objectOperators[operator] : undefined;
    if (known === undefined) {
      throw new SelectorFailure(`${JSON.stringify(operator)} is not a valid label selector operator`);
    }
    requirements.push({ key, operator: known, values });
  }
  for (const requirement of requirements) {
    const [problem] = requirementProblems(requirement);
    if (problem !== undefined) throw new SelectorFailure(`${problem.path}: ${problem.message}`);
  }
  return labelSelector(requirements.toSorted(byKey));
}

/** The one value that the selector demands of a label, if it does: for looking up by index. */
export function exactValueOf({ requirements }: LabelSelector, key: string): string | undefined {
  for (const { key: one, operator, values } of requirements) {
    if (one === key && values.length === 1 && (operator === '=' || operator === '==' || operator === 'in'))
      return values[0];
  }
  return undefined;
}
