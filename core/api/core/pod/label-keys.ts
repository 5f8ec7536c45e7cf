import type { LabelSelector } from '#core/api/types';
import { qualifiedNameProblems } from '#core/machinery/names';
import { forbiddenField, invalid, type Problem } from '#core/machinery/status';
import { each, matching } from '#core/machinery/validation';

/** Whoever adds the pod's own labels to a selector by their keys. */
export interface Keyed {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

function keysProblems(
  keys: readonly string[],
  selector: LabelSelector | undefined,
  path: string,
  problems: Problem[],
): void {
  if (keys.length === 0) return;
  if (selector === undefined) {
    problems.push(forbiddenField(path, 'must not be specified when labelSelector is not set'));
  } else each(matching(qualifiedNameProblems))(keys, path, problems);
}

/**
 * What is wrong with the keys. When a pod is created its selector gets an expression for each of them, so a key that stands in the
 * selector twice was there before. Upstream: pkg/apis/core/validation/validation.go (ValidateMatchLabelKeysAndMismatchLabelKeys).
 */
export function labelKeyProblems(
  { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: Keyed,
  path: string,
  problems: Problem[],
): void {
  keysProblems(matchLabelKeys, labelSelector, `${path}.matchLabelKeys`, problems);
  keysProblems(mismatchLabelKeys, labelSelector, `${path}.mismatchLabelKeys`, problems);
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const i = matchLabelKeys.lastIndexOf(key);
    if (i >= 0 && seen.has(key)) {
      problems.push(invalid(`${path}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    }
    seen.add(key);
  }
  for (const [i, key] of matchLabelKeys.entries()) {
    if (!mismatchLabelKeys.includes(key)) continue;
    problems.push(invalid(`${path}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  }
}
