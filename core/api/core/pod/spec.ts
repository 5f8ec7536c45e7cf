import type { PodSpec, PodTemplateSpec } from '#core/api/types';
import {
  addressProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  dnsSubdomainWithUnderscoreProblems,
  qualifiedNameProblems,
} from '#core/machinery/names';
import { invalid, type Problem, required } from '#core/machinery/status';
import {
  annotationProblems,
  at,
  each,
  given,
  labelProblems,
  matching,
  oneOf,
  present,
  range,
  type Rules,
  when,
} from '#core/machinery/validation';
import { resourceClaimProblems } from './claims.ts';
import { containersProblems, ephemeralContainersProblems, initContainersProblems } from './containers.ts';
import { resourceProblems } from './resources.ts';
import { affinity, schedulingGates, spreadProblems, toleration } from './scheduling.ts';
import { hostUserProblems, podSecurityProblems } from './security.ts';
import { volumeProblems } from './volumes.ts';

const MAX_INT32 = 2 ** 31 - 1;
const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_TEXT = 2048;

const subdomain = matching(dnsSubdomainProblems);
const label = matching(dnsLabelProblems);

function dnsProblems({ dnsPolicy, dnsConfig }: PodSpec, path: string, problems: Problem[]): void {
  const place = `${path}.dnsConfig`;
  if (dnsPolicy === 'None') {
    if (dnsConfig === undefined) {
      problems.push(required(place, 'must provide `dnsConfig` when `dnsPolicy` is None'));
      return;
    }
    if ((dnsConfig.nameservers?.length ?? 0) === 0) {
      problems.push(
        required(`${place}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'),
      );
      return;
    }
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (nameservers.length > MAX_NAMESERVERS) {
    problems.push(
      invalid(`${place}.nameservers`, nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`),
    );
  }
  each(matching(addressProblems))(nameservers, `${place}.nameservers`, problems);
  if (searches.length > MAX_SEARCHES) {
    problems.push(invalid(`${place}.searches`, searches, `must not have more than ${MAX_SEARCHES} search paths`));
  }
  if (searches.join(' ').length > MAX_SEARCH_TEXT) {
    const detail = `must not have more than ${MAX_SEARCH_TEXT} characters (including spaces) in the search list`;
    problems.push(invalid(`${place}.searches`, searches, detail));
  }
  for (const [i, search] of searches.entries()) {
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    if (name !== '') matching(dnsSubdomainWithUnderscoreProblems)(name, `${place}.searches[${i}]`, problems);
  }
  for (const [i, { name = '' }] of options.entries()) {
    if (name === '') problems.push(required(`${place}.options[${i}]`, 'must not be empty'));
  }
}

/** A pod on the node's network has the node's ports. */
function hostNetworkProblems(spec: PodSpec, path: string, problems: Problem[]): void {
  if (spec.hostNetwork !== true) return;
  for (const field of ['containers', 'initContainers'] as const) {
    for (const [i, { ports = [] }] of (spec[field] ?? []).entries()) {
      for (const [j, { containerPort, hostPort = 0 }] of ports.entries()) {
        if (hostPort === containerPort) continue;
        const place = `${path}.${field}[${i}].ports[${j}].hostPort`;
        problems.push(invalid(place, hostPort, 'must match `containerPort` when `hostNetwork` is true'));
      }
    }
  }
}

/** The rules that stand each for itself; what looks at several fields is called by name below. */
const beforeSecurity: Rules<PodSpec> = [
  at('restartPolicy', present(), oneOf('Always', 'OnFailure', 'Never')),
  at('dnsPolicy', present(), oneOf('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None')),
  at('nodeSelector', (labels, path, problems) => labelProblems(labels, path, problems)),
];

const afterSecurity: Rules<PodSpec> = [at('affinity', given(affinity))];

const names: Rules<PodSpec> = [
  at('readinessGates', each(at('conditionType', matching(qualifiedNameProblems)))),
  at('schedulingGates', schedulingGates),
];

const rest: Rules<PodSpec> = [
  at(
    'serviceAccountName',
    when((name) => name !== '', subdomain),
  ),
  at(
    'nodeName',
    when((name) => name !== '', subdomain),
  ),
  at('activeDeadlineSeconds', range(1, MAX_INT32)),
  at(
    'hostname',
    when((name) => name !== '', label),
  ),
  at(
    'subdomain',
    when((name) => name !== '', label),
  ),
  at('tolerations', each(toleration)),
  at('hostAliases', each(at('ip', matching(addressProblems)), at('hostnames', each(subdomain)))),
  at(
    'priorityClassName',
    when((name) => name !== '', subdomain),
  ),
  at('runtimeClassName', subdomain),
  at('preemptionPolicy', oneOf('Never', 'PreemptLowerPriority')),
  at(
    'os',
    given((os, path, problems) => {
      if (!os.name) problems.push(required(`${path}.name`));
      else oneOf('linux', 'windows')(os.name, path, problems);
    }),
  ),
];

/** What is wrong with a pod's spec, of a pod or of a template. Upstream: pkg/apis/core/validation/validation.go (ValidatePodSpec). */
export function podSpecProblems(spec: PodSpec, path: string, problems: Problem[]): void {
  if (spec.terminationGracePeriodSeconds === undefined)
    problems.push(required(`${path}.terminationGracePeriodSeconds`));
  const volumes = volumeProblems(spec.volumes, `${path}.volumes`, problems);
  const around = { spec, volumes, claims: new Set(spec.resourceClaims?.map(({ name }) => name)) };
  containersProblems(around, `${path}.containers`, problems);
  initContainersProblems(around, `${path}.initContainers`, problems);
  ephemeralContainersProblems(around, `${path}.ephemeralContainers`, problems);
  hostNetworkProblems(spec, path, problems);
  for (const rule of beforeSecurity) rule(spec, path, problems);
  podSecurityProblems(spec, `${path}.securityContext`, problems);
  for (const rule of afterSecurity) rule(spec, path, problems);
  dnsProblems(spec, path, problems);
  for (const rule of names) rule(spec, path, problems);
  spreadProblems(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, problems);
  hostUserProblems(spec, path, problems);
  for (const rule of rest) rule(spec, path, problems);
  resourceClaimProblems(spec.resourceClaims, `${path}.resourceClaims`, problems);
  if (spec.overhead !== undefined) {
    resourceProblems({ limits: spec.overhead }, new Set(), `${path}.overhead`, problems);
  }
}

/** Of a template from which pods are made. */
export function podTemplateProblems(template: PodTemplateSpec | undefined, path: string, problems: Problem[]): void {
  labelProblems(template?.metadata?.labels, `${path}.labels`, problems);
  annotationProblems(template?.metadata?.annotations, `${path}.annotations`, problems);
  podSpecProblems(template?.spec ?? ({ containers: [] } as unknown as PodSpec), `${path}.spec`, problems);
  if ((template?.spec?.ephemeralContainers?.length ?? 0) > 0) {
    problems.push({
      reason: 'FieldValueForbidden',
      path: `${path}.spec.ephemeralContainers`,
      message: 'Forbidden: ephemeral containers not allowed in pod template',
    });
  }
}
