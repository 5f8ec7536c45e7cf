import type { Strategy } from '#core/api/definition';
import { genericStrategy, traits } from '#core/api/strategy';
import type { Node, Taint } from '#core/api/types';
import { sameJson } from '#core/base';
import { labelValueProblems, qualifiedNameProblems, rangeProblems } from '#core/machinery/names';
import { parseQuantity } from '#core/machinery/quantity';
import { duplicate, forbiddenField, invalid, type Problem, required } from '#core/machinery/status';
import { each, matching } from '#core/machinery/validation';
import { taintEffectProblems } from '../pod/scheduling.ts';

function taintProblems(taints: readonly Taint[] | undefined, path: string, problems: Problem[]): void {
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

function resourceProblems({ status }: Node, problems: Problem[]): void {
  for (const list of ['capacity', 'allocatable'] as const) {
    for (const [name, amount] of Object.entries(status?.[list] ?? {})) {
      if (parseQuantity(amount).nano < 0n) {
        problems.push(invalid(`status.${list}.${name}`, amount, 'must be greater than or equal to 0'));
      }
    }
  }
}

function nodeProblems(node: Node): readonly Problem[] {
  const problems: Problem[] = [];
  taintProblems(node.spec?.taints, 'metadata.taints', problems);
  resourceProblems(node, problems);
  each(matching(rangeProblems))(node.spec?.podCIDRs, 'spec.podCIDRs', problems);
  return problems;
}

/** Upstream: pkg/apis/core/validation/validation.go (ValidateNodeUpdate). */
function nodeUpdateProblems(next: Node, old: Node): readonly Problem[] {
  const problems: Problem[] = [];
  resourceProblems(next, problems);
  const addresses = next.status?.addresses ?? [];
  for (const [i, address] of addresses.entries()) {
    if (addresses.slice(0, i).some((other) => sameJson(other, address))) {
      problems.push(duplicate(`status.addresses[${i}]`, address));
    }
  }
  const ranges = old.spec?.podCIDRs ?? [];
  if (ranges.length > 0 && !sameJson(ranges, next.spec?.podCIDRs ?? [])) {
    problems.push(forbiddenField('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  }
  const provider = old.spec?.providerID ?? '';
  if (provider !== '' && provider !== next.spec?.providerID) {
    problems.push(forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  taintProblems(next.spec?.taints, 'metadata.taints', problems);
  return problems;
}

/** Upstream: pkg/registry/core/node/strategy.go. */
export const nodeStrategy: Strategy = {
  ...genericStrategy({ group: '', version: 'v1', kind: 'Node', ...traits['/nodes'] }),
  validateCreate: (object) => nodeProblems(object as Node),
  validateUpdate: (next, old) => nodeUpdateProblems(next as Node, old as Node),
};
