import type { PodSpec, PodTemplateSpec } from '#core/api/types';
import { dnsLabelProblems, dnsSubdomainProblems, qualifiedNameProblems } from '#core/machinery/names';
import { forbiddenField, invalid, type Problem, required } from '#core/machinery/status';
import {
  annotationProblems,
  at,
  chosen,
  each,
  given,
  labelProblems,
  matching,
  range,
  type Rule,
  when,
} from '#core/machinery/validation';
import { podAnnotationProblems, profileMatchProblems } from './annotations.ts';
import { resourceClaimProblems } from './claims.ts';
import { containersProblems, ephemeralContainersProblems, initContainersProblems } from './containers.ts';
import { dnsProblems } from './dns.ts';
import { fileVolumeProblems } from './env.ts';
import { hostAliases, hostNameProblems, hostNetworkProblems, hostUserProblems } from './host.ts';
import type { Judged } from './judged.ts';
import { osProblems } from './os.ts';
import { podResourceProblems } from './pod-resources.ts';
import { overheadProblems } from './resources.ts';
import { affinity, schedulingGates } from './scheduling.ts';
import { podSecurityProblems } from './security.ts';
import { spreadProblems } from './spread.ts';
import { tolerationProblems } from './tolerations.ts';
import { volumeProblems } from './volumes.ts';
import { hostProcessProblems } from './windows.ts';

/** A rule of the whole spec, for what looks at several fields. */
type SpecRule = (spec: PodSpec, judged: Judged, path: string, problems: Problem[]) => void;

const MAX_INT32 = 2 ** 31 - 1;

/** A text that may be empty. */
const ifAny = (rule: Rule<string | undefined>): Rule<string | undefined> => when((text) => text !== '', rule);
const subdomain = matching(dnsSubdomainProblems);
const label = matching(dnsLabelProblems);

/** A rule of one field. */
const field =
  (rule: Rule<PodSpec>): SpecRule =>
  (spec, _, path, problems) =>
    rule(spec, path, problems);
/** A rule of the spec that is told where one of its fields stands. */
const about =
  (name: string, rule: (spec: PodSpec, path: string, problems: Problem[]) => void): SpecRule =>
  (spec, _, path, problems) =>
    rule(spec, `${path}.${name}`, problems);

/** What only volumes, claims and containers can say of one another. */
const contents: SpecRule = (spec, judged, path, problems) => {
  const volumes = volumeProblems(spec.volumes, judged, `${path}.volumes`, problems);
  resourceClaimProblems(spec.resourceClaims, judged, `${path}.resourceClaims`, problems);
  const claims = new Set(spec.resourceClaims?.map(({ name }) => name).filter((name) => name !== ''));
  const around = { spec, volumes, claims };
  containersProblems(around, `${path}.containers`, problems);
  initContainersProblems(around, `${path}.initContainers`, problems);
  ephemeralContainersProblems(around, `${path}.ephemeralContainers`, problems);
  podResourceProblems(spec, claims, `${path}.resources`, problems);
};

/** In the order in which clients are told. Upstream: pkg/apis/core/validation/validation.go (ValidatePodSpec). */
const rules: readonly SpecRule[] = [
  field(
    at('terminationGracePeriodSeconds', (seconds, path, problems) => {
      if (seconds === undefined) problems.push(required(path));
    }),
  ),
  contents,
  hostNetworkProblems,
  field(at('restartPolicy', chosen('Always', 'OnFailure', 'Never'))),
  field(at('dnsPolicy', chosen('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'))),
  field(at('nodeSelector', labelProblems)),
  (spec, judged, path, problems) => podSecurityProblems(spec, judged, `${path}.securityContext`, problems),
  field(at('affinity', given(affinity))),
  about('dnsConfig', dnsProblems),
  field(at('readinessGates', each(at('conditionType', matching(qualifiedNameProblems))))),
  field(at('schedulingGates', schedulingGates)),
  field(at('topologySpreadConstraints', spreadProblems)),
  field(hostProcessProblems),
  hostUserProblems,
  field(hostNameProblems),
  field(at('serviceAccountName', ifAny(subdomain))),
  field(at('nodeName', ifAny(subdomain))),
  field(at('activeDeadlineSeconds', range(1, MAX_INT32))),
  field(at('hostname', ifAny(label))),
  field(at('subdomain', ifAny(label))),
  ({ tolerations }, { comparesTolerations }, path, problems) => {
    for (const [i, toleration] of (tolerations ?? []).entries())
      tolerationProblems(toleration, comparesTolerations, `${path}.tolerations[${i}]`, problems);
  },
  field(at('hostAliases', hostAliases)),
  field(at('priorityClassName', ifAny(subdomain))),
  field(at('runtimeClassName', subdomain)),
  field(at('preemptionPolicy', given(chosen('PreemptLowerPriority', 'Never')))),
  field(at('overhead', given(overheadProblems))),
  field(osProblems),
  field(
    at(
      'schedulingGroup',
      given(({ podGroupName }, path, problems) => {
        const place = `${path}.podGroupName`;
        if (podGroupName !== undefined) subdomain(podGroupName, place, problems);
        else problems.push(invalid(place, undefined, 'must specify one of: `podGroupName`'));
      }),
    ),
  ),
  field(fileVolumeProblems),
];

/** What is wrong with a pod's spec, of a pod or of a template. */
export const podSpecProblems: SpecRule = (spec, judged, path, problems) => {
  for (const rule of rules) rule(spec, judged, path, problems);
};

const NO_SPEC = { containers: [] } as unknown as PodSpec;

/** Of a template from which pods are made. Upstream: pkg/apis/core/validation/validation.go (ValidatePodTemplateSpec). */
export function podTemplateProblems(
  template: PodTemplateSpec | undefined,
  judged: Judged,
  path: string,
  problems: Problem[],
): void {
  const { annotations, labels } = template?.metadata ?? {};
  const spec = template?.spec ?? NO_SPEC;
  labelProblems(labels, `${path}.labels`, problems);
  annotationProblems(annotations, `${path}.annotations`, problems);
  podAnnotationProblems(annotations, spec, judged, `${path}.annotations`, problems);
  podSpecProblems(spec, judged, `${path}.spec`, problems);
  profileMatchProblems(annotations, spec, `${path}.spec`, problems);
  if ((spec.ephemeralContainers?.length ?? 0) > 0) {
    problems.push(
      forbiddenField(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'),
    );
  }
}
