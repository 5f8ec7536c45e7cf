import type { StrategyContext } from '#core/api/definition';
import { checkedStrategy, notNegativeFields, podNameWarnings, withTemplateLabels } from '#core/api/rules';
import type { ReplicationController, ReplicationControllerStatus } from '#core/api/types';
import { selectorOfLabels } from '#core/machinery/selectors';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { notNegative } from '#core/machinery/validation';
import { judgedBy } from '../pod/judged.ts';
import { podTemplateProblems } from '../pod/spec.ts';

function controllerProblems(
  { spec = {} }: ReplicationController,
  old: ReplicationController | undefined,
  problems: Problem[],
  { gates }: StrategyContext,
): void {
  const { selector = {}, template, replicas } = spec;
  notNegative(spec.minReadySeconds, 'spec.minReadySeconds', problems);
  const selects = Object.keys(selector).length > 0;
  if (!selects) problems.push(required('spec.selector'));
  if (replicas === undefined) problems.push(required('spec.replicas'));
  else notNegative(replicas, 'spec.replicas', problems);
  const path = 'spec.template';
  if (template === undefined) {
    problems.push(required(path));
    return;
  }
  const labels = template.metadata?.labels;
  if (selects && !selectorOfLabels(selector).matches(labels)) {
    problems.push(invalid(`${path}.metadata.labels`, labels, '`selector` does not match template `labels`'));
  }
  podTemplateProblems(template, judgedBy(gates, old?.spec?.template?.spec), path, problems);
  const { restartPolicy = '', activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== 'Always') problems.push(notSupported(`${path}.spec.restartPolicy`, restartPolicy, ['Always']));
  if (activeDeadlineSeconds !== undefined) {
    const detail = 'activeDeadlineSeconds in ReplicationController is not Supported';
    problems.push(forbiddenField(`${path}.spec.activeDeadlineSeconds`, detail));
  }
}

const PARTS = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const;

function statusProblems(status: Partial<ReplicationControllerStatus>, problems: Problem[]): void {
  notNegativeFields(status, ['replicas', ...PARTS, 'observedGeneration'], 'status', problems);
  for (const field of PARTS) {
    const count = status[field] ?? 0;
    if (count > (status.replicas ?? 0)) {
      problems.push(invalid(`status.${field}`, count, 'cannot be greater than status.replicas'));
    }
  }
  const { availableReplicas = 0, readyReplicas = 0 } = status;
  if (availableReplicas > readyReplicas) {
    problems.push(invalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas'));
  }
}

/** Upstream: pkg/registry/core/replicationcontroller/strategy.go, pkg/apis/core/validation/validation.go. */
export const replicationControllerStrategy = checkedStrategy<ReplicationController>(
  '/replicationcontrollers',
  'ReplicationController',
  'v1',
  {
    create: (controller, problems, context) => controllerProblems(controller, undefined, problems, context),
    update: controllerProblems,
    status: ({ status = {} }, _old, problems) => statusProblems(status, problems),
  },
  {
    warnings: ({ metadata }, old) => (old === undefined ? podNameWarnings(metadata.name ?? '') : []),
    canonicalize: withTemplateLabels,
  },
);
