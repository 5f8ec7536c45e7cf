import type { StrategyContext } from '#core/api/definition';
import type { Pod, PodSpec } from '#core/api/types';
import { remembered, sameJson } from '#core/base';
import { forbiddenField, type Problem } from '#core/machinery/status';
import { isMirror, podAnnotationProblems, profileMatchProblems } from './annotations.ts';
import { imageProblems } from './images.ts';
import { type Judged, judgedBy, looksAtPod } from './judged.ts';
import { podSpecProblems } from './spec.ts';

type Gates = StrategyContext['gates'];
const NO_SPEC = { containers: [] } as unknown as PodSpec;

/** Tokens of a service account need one. */
function tokenProblems({ serviceAccountName = '', volumes }: PodSpec, path: string, problems: Problem[]): void {
  if (serviceAccountName !== '') return;
  for (const [i, { projected }] of (volumes ?? []).entries()) {
    for (const [j, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
      if (serviceAccountToken === undefined) continue;
      const place = `${path}.volumes[${i}].projected.sources[${j}].serviceAccountToken`;
      problems.push(forbiddenField(place, 'must not be specified when serviceAccountName is not set'));
    }
  }
}

function specProblems(spec: PodSpec, judged: Judged, problems: Problem[]): void {
  podSpecProblems(spec, judged, 'spec', problems);
  tokenProblems(spec, 'spec', problems);
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [i, container] of (spec[list] ?? []).entries()) imageProblems(container, `spec.${list}[${i}]`, problems);
  }
}

/** What holds for a pod whenever it is written. Upstream: pkg/apis/core/validation/validation.go (validatePodMetadataAndSpec). */
export function wholeProblems({ metadata, spec = NO_SPEC }: Pod, judged: Judged, problems: Problem[]): void {
  podAnnotationProblems(metadata.annotations, spec, judged, 'metadata.annotations', problems);
  specProblems(spec, judged, problems);
}

/** Of the specs of new pods, where whose they are does not matter. */
const newSpecProblems = remembered((gates: Gates) =>
  remembered((spec: PodSpec): readonly Problem[] => {
    const problems: Problem[] = [];
    specProblems(spec, judgedBy(gates, undefined, {}), problems);
    return problems;
  }),
);

/** Upstream: pkg/apis/core/validation/validation.go (ValidatePodCreate). */
export function podProblems({ metadata, spec = NO_SPEC }: Pod, gates: Gates): readonly Problem[] {
  const problems: Problem[] = [];
  const judged = judgedBy(gates, undefined, metadata);
  podAnnotationProblems(metadata.annotations, spec, judged, 'metadata.annotations', problems);
  if (looksAtPod(spec)) specProblems(spec, judged, problems);
  else problems.push(...newSpecProblems(gates)(spec));
  const { nodeName = '', schedulingGates = [], ephemeralContainers = [] } = spec;
  if (ephemeralContainers.length > 0) {
    problems.push(forbiddenField('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (nodeName !== '' && schedulingGates.length > 0) {
    problems.push(forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  profileMatchProblems(metadata.annotations, spec, 'spec', problems);
  return problems;
}

/** Ephemeral containers may be added; those that are there stay as they are. */
export function ephemeralContainersUpdateProblems(pod: Pod, old: Pod, gates: Gates): readonly Problem[] {
  if (isMirror(old.metadata)) return [forbiddenField('', 'static pods do not support ephemeral containers')];
  const problems: Problem[] = [];
  wholeProblems(pod, judgedBy(gates, old.spec, pod.metadata), problems);
  const next = new Map(pod.spec?.ephemeralContainers?.map((container) => [container.name, container]));
  for (const before of old.spec?.ephemeralContainers ?? []) {
    const after = next.get(before.name);
    const what = `existing ephemeral containers ${JSON.stringify(before.name)} may not be`;
    if (after === undefined) problems.push(forbiddenField('spec.ephemeralContainers', `${what} removed\n`));
    else if (!sameJson(after, before)) problems.push(forbiddenField('spec.ephemeralContainers', `${what} changed\n`));
  }
  return problems;
}
