import type { CapacityRequestPolicy, CapacityRequestPolicyRange } from '#core/api/types';
import { addQuantities, canonicalQuantity, formatQuantity, parseQuantity, wholeOf } from '#core/machinery/quantity';
import { forbiddenField, invalid, type Problem, required } from '#core/machinery/status';
import { setProblems } from './lists.ts';

const MAX_OPTIONS = 10;

const isMore = (left: string, right: string): boolean => parseQuantity(left).nano > parseQuantity(right).nano;
const isSame = (left: string, right: string): boolean => parseQuantity(left).nano === parseQuantity(right).nano;

function valuesProblems(
  values: readonly string[],
  usual: string,
  capacity: string,
  path: string,
  problems: Problem[],
): void {
  for (const [i, value] of values.entries()) {
    if (i === 0 || !isMore(values[i - 1]!, value)) continue;
    problems.push(invalid(`${path}[${i}]`, value, 'values must be sorted in ascending order'));
  }
  setProblems(
    values,
    MAX_OPTIONS,
    (option, place) => {
      if (!isMore(option, capacity)) return;
      problems.push(invalid(place, option, `option is larger than capacity value: ${capacity}`));
    },
    (option) => String(wholeOf(parseQuantity(option))),
    path,
    problems,
  );
  if (values.length <= MAX_OPTIONS && values.some((option) => isSame(option, usual))) return;
  problems.push(invalid(path, usual, 'default value is not valid according to the requestPolicy'));
}

/** Whole steps lead from `min` to `value`; nothing is a multiple of no step. */
function stepProblems(value: string, min: string, step: string, path: string, problems: Problem[]): void {
  const stride = wholeOf(parseQuantity(step));
  const away = wholeOf(parseQuantity(value)) - wholeOf(parseQuantity(min));
  if (stride !== 0n && away % stride === 0n) return;
  problems.push(invalid(path, value, `value is not a multiple of a given step (${step}) from (${min})`));
}

function rangeProblems(
  { min, max, step }: Partial<CapacityRequestPolicyRange>,
  usual: string,
  capacity: string,
  path: string,
  problems: Problem[],
): void {
  if (min === undefined || min === null) {
    problems.push(required(`${path}.min`, 'required when validRange is defined'));
    return;
  }
  const low = `${path}.min`;
  if (isMore(min, capacity)) problems.push(invalid(low, min, `min is larger than capacity value: ${capacity}`));
  if (isMore(min, usual)) problems.push(invalid(low, usual, `default is less than min: ${min}`));
  if (max !== undefined) {
    const high = `${path}.max`;
    if (isMore(min, max)) problems.push(invalid(high, min, `min is larger than max: ${max}`));
    if (isMore(max, capacity)) problems.push(invalid(high, max, `max is larger than capacity value: ${capacity}`));
    if (isMore(usual, max)) problems.push(invalid(high, usual, `default is more than max: ${max}`));
  }
  if (step === undefined) return;
  const first = formatQuantity(addQuantities(parseQuantity(min), parseQuantity(step)));
  if (isMore(first, capacity)) {
    const detail = `one step ${first} is larger than capacity value: ${capacity}`;
    problems.push(invalid(`${path}.step`, step, detail));
  }
  stepProblems(usual, min, step, `${path}.step`, problems);
  if (max !== undefined) stepProblems(max, min, step, `${path}.step`, problems);
}

/**
 * How much of a shared capacity may be asked for: some values, or a range, and in both cases what is meant by default.
 * Upstream: pkg/apis/resource/validation/validation.go (validateRequestPolicy).
 */
export function requestPolicyProblems(
  policy: CapacityRequestPolicy,
  value: string | undefined,
  path: string,
  problems: Problem[],
): void {
  const { validValues: values = [], validRange: range, default: usual } = policy;
  const capacity = canonicalQuantity(value ?? '0');
  if (values.length > 0 && range !== undefined) {
    const detail =
      'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time';
    problems.push(forbiddenField(path, detail));
    return;
  }
  const field = values.length > 0 ? 'validValues' : 'validRange';
  if (values.length === 0 && range === undefined) return;
  if (usual === undefined || usual === null) {
    problems.push(required(`${path}.default`, `required when ${field} is defined`));
  } else if (range === undefined) valuesProblems(values, usual, capacity, `${path}.validValues`, problems);
  else rangeProblems(range, usual, capacity, `${path}.validRange`, problems);
}
