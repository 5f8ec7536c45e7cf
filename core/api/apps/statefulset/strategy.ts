import { claimSpecProblems, type Judged, judgedBy, podTemplateProblems } from '#core/api/core';
import type { StrategyContext } from '#core/api/definition';
import { amountOf, checkedStrategy, countProblems, shareProblems } from '#core/api/rules';
import type { PodTemplateSpec, StatefulSet, StatefulSetSpec, Volume } from '#core/api/types';
import { sameJson } from '#core/base';
import { dnsLabelProblems, objectName } from '#core/machinery/names';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import {
  annotationProblems,
  labelProblems,
  matching,
  notNegative,
  selectorProblems,
  selectsEverything,
} from '#core/machinery/validation';
import { collisionProblems, endlessProblems, replicaProblems, selectionProblems } from '../workload.ts';

function strategyProblems({ updateStrategy }: StatefulSetSpec, problems: Problem[]): void {
  const path = 'spec.updateStrategy';
  const { type = '', rollingUpdate } = updateStrategy ?? {};
  const rolling = `${path}.rollingUpdate`;
  if (type === '') problems.push(required(path));
  else if (type === 'OnDelete') {
    if (rollingUpdate !== undefined) {
      problems.push(invalid(rolling, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'"));
    }
  } else if (type !== 'RollingUpdate') {
    problems.push(invalid(path, updateStrategy, "must be 'RollingUpdate' or 'OnDelete'"));
  } else if (rollingUpdate !== undefined) {
    const { partition, maxUnavailable } = rollingUpdate;
    notNegative(partition, `${rolling}.partition`, problems);
    if (maxUnavailable === undefined) return;
    countProblems(maxUnavailable, `${rolling}.maxUnavailable`, problems);
    if (amountOf(maxUnavailable) === 0) {
      problems.push(invalid(`${rolling}.maxUnavailable`, maxUnavailable, 'cannot be 0'));
    }
    shareProblems(maxUnavailable, `${rolling}.maxUnavailable`, problems);
  }
}

function retentionProblems({ persistentVolumeClaimRetentionPolicy: policy }: StatefulSetSpec, problems: Problem[]) {
  if (policy === undefined) return;
  for (const field of ['whenDeleted', 'whenScaled'] as const) {
    const value: string = policy[field] ?? '';
    if (value === 'Retain' || value === 'Delete') continue;
    problems.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${field}`, value, ['Retain', 'Delete']));
  }
}

/** The template as its pods will have it: with a volume for each claim, and the host name left to the set. */
function pods({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec | undefined {
  if (template?.spec === undefined) return template;
  const { hostname: _, subdomain: __, ...spec } = template.spec;
  const names = new Set(volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? ''));
  if (names.size === 0) return { ...template, spec };
  const claimed = [...names].map((name): Volume => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = spec.volumes?.filter(({ name }) => !names.has(name)) ?? [];
  return { ...template, spec: { ...spec, volumes: [...claimed, ...others] } };
}

function templateProblems(spec: StatefulSetSpec, judged: Judged, problems: Problem[]): void {
  const path = 'spec.template';
  if (!selectionProblems(spec.selector, spec.template, path, problems)) {
    problems.push(invalid('spec.selector', spec.selector, ''));
    return;
  }
  podTemplateProblems(pods(spec), judged, path, problems);
  labelProblems(spec.template?.metadata?.labels, `${path}.labels`, problems);
  annotationProblems(spec.template?.metadata?.annotations, `${path}.annotations`, problems);
}

function specProblems(
  spec: StatefulSetSpec,
  old: StatefulSetSpec | undefined,
  problems: Problem[],
  { gates }: StrategyContext,
): void {
  const isNew = old === undefined;
  const management: string = spec.podManagementPolicy ?? '';
  if (management === '') problems.push(required('spec.podManagementPolicy'));
  else if (management !== 'OrderedReady' && management !== 'Parallel') {
    problems.push(invalid('spec.podManagementPolicy', management, "must be 'OrderedReady' or 'Parallel'"));
  }
  strategyProblems(spec, problems);
  retentionProblems(spec, problems);
  for (const [i, { spec: claim }] of (isNew ? (spec.volumeClaimTemplates ?? []) : []).entries()) {
    claimSpecProblems(claim ?? {}, `spec.volumeClaimTemplates[${i}].spec`, problems);
  }
  notNegative(spec.replicas, 'spec.replicas', problems);
  notNegative(spec.minReadySeconds, 'spec.minReadySeconds', problems);
  notNegative(spec.ordinals?.start, 'spec.ordinals.start', problems);
  if (isNew && (spec.serviceName ?? '') !== '')
    matching(dnsLabelProblems)(spec.serviceName, 'spec.serviceName', problems);
  if (!spec.selector) problems.push(required('spec.selector'));
  else {
    selectorProblems(spec.selector, 'spec.selector', problems);
    if (selectsEverything(spec.selector)) {
      problems.push(invalid('spec.selector', spec.selector, 'empty selector is invalid for statefulset'));
    }
  }
  templateProblems(spec, judgedBy(gates, old?.template?.spec), problems);
  endlessProblems(spec.template, 'spec.template', 'StatefulSet', problems);
}

const CHANGEABLE: readonly string[] = [
  'replicas',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'ordinals',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
];
const OTHERS_FORBIDDEN =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

function fixedProblems(next: StatefulSetSpec, old: StatefulSetSpec, problems: Problem[]): void {
  const names = new Set([...Object.keys(next), ...Object.keys(old)] as (keyof StatefulSetSpec)[]);
  for (const name of names) {
    if (CHANGEABLE.includes(name) || sameJson(next[name] ?? null, old[name] ?? null)) continue;
    problems.push(forbiddenField('spec', OTHERS_FORBIDDEN));
    return;
  }
}

const COUNTS = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
] as const;
const PARTS = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const;
const NONE = {} as StatefulSetSpec;

/** Upstream: pkg/registry/apps/statefulset/strategy.go, pkg/apis/apps/validation/validation.go. */
export const statefulSetStrategy = checkedStrategy<StatefulSet>(
  'apps/statefulsets',
  'StatefulSet',
  'v1',
  {
    create: ({ spec = NONE }, problems, context) => specProblems(spec, undefined, problems, context),
    update: ({ spec = NONE }, old, problems, context) => {
      specProblems(spec, old.spec ?? NONE, problems, context);
      fixedProblems(spec, old.spec ?? NONE, problems);
    },
    status: ({ status }, { status: before }, problems) => {
      problems.push(...replicaProblems(status, COUNTS, PARTS, 'status.readyReplicas'));
      collisionProblems(status, before, problems);
    },
  },
  { validateName: objectName(dnsLabelProblems) },
);
