import type { Taint } from '#core/api/types';
import { labelValueProblems, qualifiedNameProblems } from '#core/machinery/names';
import { duplicate, invalid, type Problem, required } from '#core/machinery/status';
import { matching } from '#core/machinery/validation';
import { taintEffectProblems } from '../pod/tolerations.ts';

/** Upstream: pkg/apis/core/validation/validation.go (validateNodeTaints). */
export function taintProblems(taints: readonly Taint[] | undefined, path: string, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [i, taint] of (taints ?? []).entries()) {
    const place = `${path}[${i}]`;
    matching(qualifiedNameProblems)(taint.key, `${place}.key`, problems);
    const details = labelValueProblems(taint.value ?? '');
    if (details.length > 0) problems.push(invalid(`${place}.value`, taint.value, details.join(';')));
    const effect: string = taint.effect;
    if (effect === '') problems.push(required(`${place}.effect`));
    else taintEffectProblems(effect, `${place}.effect`, problems);
    const pair = `${taint.key}:${taint.effect}`;
    if (seen.has(pair)) {
      const twice = duplicate(place, taint);
      problems.push({ ...twice, message: `${twice.message}: taints must be unique by key and effect pair` });
    }
    seen.add(pair);
  }
}
