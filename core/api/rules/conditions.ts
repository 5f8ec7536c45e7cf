import type { Condition } from '#core/api/types';
import { qualifiedNameProblems } from '#core/machinery/names';
import { duplicate, invalid, notSupported, type Problem, required, tooLong } from '#core/machinery/status';

const REASON_FORM = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const wholeReason = new RegExp(`^${REASON_FORM}$`);
const MAX_REASON = 1024;
const MAX_MESSAGE = 32 * 1024;

/** Upstream: apimachinery/pkg/apis/meta/v1/validation/validation.go (ValidateConditions). */
export function conditionProblems(
  conditions: readonly Condition[] | undefined,
  path: string,
  problems: Problem[],
): void {
  const seen = new Map<string, number>();
  for (const [i, one] of (conditions ?? []).entries()) {
    const place = `${path}[${i}]`;
    const {
      type = '',
      status = '' as string,
      observedGeneration = 0,
      lastTransitionTime,
      reason = '',
      message = '',
    } = one;
    if (seen.has(type)) problems.push(duplicate(`${place}.type`, type));
    seen.set(type, i);
    for (const detail of qualifiedNameProblems(type)) problems.push(invalid(`${place}.type`, type, detail));
    if (!['False', 'True', 'Unknown'].includes(status)) {
      problems.push(notSupported(`${place}.status`, status, ['False', 'True', 'Unknown']));
    }
    if (observedGeneration < 0) {
      problems.push(
        invalid(`${place}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero'),
      );
    }
    if (!lastTransitionTime) problems.push(required(`${place}.lastTransitionTime`));
    if (reason === '') problems.push(required(`${place}.reason`));
    else {
      if (!wholeReason.test(reason)) {
        const detail = `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${REASON_FORM}')`;
        problems.push(invalid(`${place}.reason`, reason, detail));
      }
      if (reason.length > MAX_REASON) problems.push(tooLong(`${place}.reason`, MAX_REASON));
    }
    if (message.length > MAX_MESSAGE) problems.push(tooLong(`${place}.message`, MAX_MESSAGE));
  }
}
