import type { FlowSchema, PriorityLevelConfiguration } from '#core/api/types';
import { sameJson } from '#core/base';
import { invalid, type Problem } from '#core/machinery/status';
import { MANDATORY } from './default-specs.ts';

/**
 * What every cluster needs stays as it is; only how much is given to what is exempt may change.
 * Upstream: pkg/apis/flowcontrol/validation/validation.go (ValidateIfMandatoryPriorityLevelConfigurationObject).
 */
export function mandatoryProblems<T extends FlowSchema | PriorityLevelConfiguration>(
  { metadata, spec }: Pick<T, 'metadata' | 'spec'>,
  specs: ReadonlyMap<string, NonNullable<T['spec']>>,
  problems: Problem[],
): void {
  const name = metadata.name ?? '';
  const fixed = MANDATORY.includes(name) ? specs.get(name) : undefined;
  if (fixed === undefined) return;
  const isFree = 'exempt' in fixed;
  if (sameJson(isFree ? { ...spec, exempt: fixed.exempt } : spec, fixed)) return;
  const but = isFree ? " except the 'spec.exempt' field" : '';
  problems.push(invalid('spec', spec, `spec of '${name}'${but} must equal the fixed value`));
}
