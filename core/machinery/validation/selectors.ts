import { labelValueProblems, qualifiedNameProblems } from '#core/machinery/names';
import type { LabelSelectorObject } from '#core/machinery/selectors';
import { forbiddenField, invalid, type Problem, required } from '#core/machinery/status';
import { labelProblems } from './metadata.ts';

/** What is wrong with a selector that an object holds. Upstream: apimachinery/pkg/apis/meta/v1/validation/validation.go. */
export function selectorProblems(selector: LabelSelectorObject | undefined, path: string, problems: Problem[]): void {
  if (selector === undefined) return;
  labelProblems(selector.matchLabels, `${path}.matchLabels`, problems);
  for (const [i, { key, operator, values }] of (selector.matchExpressions ?? []).entries()) {
    const place = `${path}.matchExpressions[${i}]`;
    const count = values?.length ?? 0;
    if (operator === 'In' || operator === 'NotIn') {
      if (count === 0) {
        problems.push(required(`${place}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (count > 0) {
        problems.push(
          forbiddenField(`${place}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        );
      }
    } else problems.push(invalid(`${place}.operator`, operator, 'not a valid selector operator'));
    for (const detail of qualifiedNameProblems(key)) problems.push(invalid(`${place}.key`, key, detail));
    for (const [j, value] of (values ?? []).entries()) {
      for (const detail of labelValueProblems(value)) problems.push(invalid(`${place}.values[${j}]`, value, detail));
    }
  }
}

/** Whether nothing is asked, so that everything would match. */
export const selectsEverything = (selector: LabelSelectorObject | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions?.length ?? 0) === 0;
