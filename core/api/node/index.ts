import { overheadProblems, tolerationProblems } from '#core/api/core';
import type { Strategy } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type { RuntimeClass, Toleration } from '#core/api/types';
import { dnsLabelProblems } from '#core/machinery/names';
import { duplicate, invalid, type Problem, required } from '#core/machinery/status';
import { labelProblems, unchanged } from '#core/machinery/validation';

function tolerationsProblems(tolerations: readonly Toleration[] | undefined, path: string, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [i, one] of (tolerations ?? []).entries()) tolerationProblems(one, false, `${path}[${i}]`, problems);
  for (const [i, one] of (tolerations ?? []).entries()) {
    const { key = '', operator = '', value = '', effect = '' } = one;
    const text = JSON.stringify([key, operator, value, effect]);
    if (seen.has(text)) problems.push(duplicate(`${path}[${i}]`, one));
    seen.add(text);
  }
}

function classProblems({ handler = '', overhead, scheduling }: RuntimeClass, problems: Problem[]): void {
  if (handler === '') problems.push(required('handler'));
  else for (const detail of dnsLabelProblems(handler)) problems.push(invalid('handler', handler, detail));
  if (overhead !== undefined) overheadProblems(overhead.podFixed ?? {}, 'overhead', problems);
  if (scheduling === undefined) return;
  labelProblems(scheduling.nodeSelector, 'scheduling.nodeSelector', problems);
  tolerationsProblems(scheduling.tolerations, 'scheduling.tolerations', problems);
}

/** Upstream: pkg/registry/node/runtimeclass/strategy.go, pkg/apis/node/validation/validation.go. */
const runtimeClassStrategy = checkedStrategy<RuntimeClass>('node.k8s.io/runtimeclasses', 'RuntimeClass', 'v1', {
  create: classProblems,
  update: (next, old, problems) => {
    classProblems(next, problems);
    unchanged(next.handler ?? '', old.handler ?? '', 'handler', problems);
  },
});

/** Strategies of the node group. */
export const node: Readonly<Record<string, Strategy>> = { 'node.k8s.io/runtimeclasses': runtimeClassStrategy };
