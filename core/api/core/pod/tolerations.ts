import type { Toleration } from '#core/api/types';
import { decimalProblems, labelValueProblems, qualifiedNameProblems } from '#core/machinery/names';
import { invalid, notSupported, type Problem } from '#core/machinery/status';
import { matching } from '#core/machinery/validation';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;
const OPERATORS = ['Equal', 'Exists'] as const;
const COMPARING = ['Lt', 'Gt'] as const;

export function taintEffectProblems(effect: string | undefined, path: string, problems: Problem[]): void {
  if (effect !== undefined && effect !== '' && !(EFFECTS as readonly string[]).includes(effect)) {
    problems.push(notSupported(path, effect, EFFECTS));
  }
}

/** The largest and smallest numbers of 64 bits. */
const MAX_INT64 = 2n ** 63n - 1n;

function numberProblems(value: string, path: string, problems: Problem[]): void {
  matching(decimalProblems)(value, path, problems);
  const refuse = (why: string) =>
    problems.push(invalid(path, value, `strconv.ParseInt: parsing ${JSON.stringify(value)}: ${why}`));
  if (!/^[+-]?\d+$/.test(value)) refuse('invalid syntax');
  else if (BigInt(value) > MAX_INT64 || BigInt(value) < -MAX_INT64 - 1n) refuse('value out of range');
}

/** Upstream: pkg/apis/core/validation/validation.go (ValidateTolerations). `compares`: `Lt` and `Gt` are allowed. */
export function tolerationProblems(toleration: Toleration, compares: boolean, path: string, problems: Problem[]): void {
  const { key = '', value = '', tolerationSeconds } = toleration;
  const operator: string = toleration.operator ?? '';
  const effect: string = toleration.effect ?? '';
  const place = `${path}.operator`;
  if (key !== '') matching(qualifiedNameProblems)(key, `${path}.key`, problems);
  else if (operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    problems.push(invalid(place, operator, detail));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    problems.push(invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  }
  if (operator === '' || operator === 'Equal') {
    const details = labelValueProblems(value);
    if (details.length > 0) problems.push(invalid(place, value, details.join(';')));
  } else if (operator === 'Exists') {
    if (value !== '') problems.push(invalid(place, value, "value must be empty when `operator` is 'Exists'"));
  } else if (operator === 'Lt' || operator === 'Gt') {
    if (compares) numberProblems(value, `${path}.value`, problems);
    else problems.push(notSupported(place, operator, [...OPERATORS, ...COMPARING]));
  } else problems.push(notSupported(place, operator, OPERATORS));
  taintEffectProblems(effect, `${path}.effect`, problems);
}
