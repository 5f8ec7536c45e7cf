import type { Strategy } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type { FlowSchema, PriorityLevelConfiguration } from '#core/api/types';
import { duplicate, type Problem, required } from '#core/machinery/status';
import { flowSchemaSpecs, priorityLevelSpecs } from './default-specs.ts';
import { mandatoryProblems } from './mandatory.ts';
import { flowSchemaProblems } from './flow-schema.ts';
import { priorityLevelProblems } from './priority-level.ts';

export * from './default-specs.ts';

const GROUP = 'flowcontrol.apiserver.k8s.io';

interface Judged {
  readonly status?: { readonly conditions?: readonly { readonly type?: string }[] };
}

function statusProblems({ status }: Judged, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [i, { type = '' }] of (status?.conditions ?? []).entries()) {
    const path = `status.conditions[${i}].type`;
    if (seen.has(type)) problems.push(duplicate(path, type));
    seen.add(type);
    if (type === '') problems.push(required(path));
  }
}

/** Strategies of the flowcontrol group. Upstream: pkg/registry/flowcontrol, pkg/apis/flowcontrol/validation/validation.go. */
export const flowcontrol: Readonly<Record<string, Strategy>> = {
  [`${GROUP}/flowschemas`]: checkedStrategy<FlowSchema>(`${GROUP}/flowschemas`, 'FlowSchema', 'v1', {
    create: (one, problems) => {
      flowSchemaProblems(one, problems);
      mandatoryProblems(one, flowSchemaSpecs(), problems);
    },
    status: (next, _old, problems) => statusProblems(next as Judged, problems),
  }),
  [`${GROUP}/prioritylevelconfigurations`]: checkedStrategy<PriorityLevelConfiguration>(
    `${GROUP}/prioritylevelconfigurations`,
    'PriorityLevelConfiguration',
    'v1',
    {
      create: (one, problems) => {
        priorityLevelProblems(one, problems);
        mandatoryProblems(one, priorityLevelSpecs(), problems);
      },
      status: (next, _old, problems) => statusProblems(next as Judged, problems),
    },
  ),
};
