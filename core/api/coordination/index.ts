import type { Strategy } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type { Lease } from '#core/api/types';
import { qualifiedNameProblems } from '#core/machinery/names';
import { forbiddenField, invalid, notSupported, type Problem } from '#core/machinery/status';

/** Upstream says the field twice. */
const STRATEGY = 'spec.strategy.strategy';

function leaseProblems({ spec = {} }: Lease, problems: Problem[]): void {
  const { leaseDurationSeconds: duration, leaseTransitions: transitions, strategy, preferredHolder = '' } = spec;
  if (duration !== undefined && duration <= 0) {
    problems.push(invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0'));
  }
  if (transitions !== undefined && transitions < 0) {
    problems.push(invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'));
  }
  if (strategy !== undefined) {
    if (strategy.includes('/')) {
      for (const detail of qualifiedNameProblems(strategy)) problems.push(invalid(STRATEGY, strategy, detail));
    } else if (strategy !== 'OldestEmulationVersion') {
      problems.push(notSupported(STRATEGY, strategy, ['OldestEmulationVersion']));
    }
  }
  if (preferredHolder !== '' && (strategy ?? '') === '') {
    problems.push(forbiddenField('spec.preferredHolder', 'may only be specified if `strategy` is defined'));
  }
}

/** Upstream: pkg/registry/coordination/lease/strategy.go, pkg/apis/coordination/validation/validation.go. */
const leaseStrategy = checkedStrategy<Lease>('coordination.k8s.io/leases', 'Lease', 'v1', { create: leaseProblems });

/** Strategies of the coordination group. */
export const coordination: Readonly<Record<string, Strategy>> = { 'coordination.k8s.io/leases': leaseStrategy };
