import type { Strategy } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type { APIService } from '#core/api/types';
import {
  dns1035LabelProblems,
  dnsSubdomainProblems,
  pathSegmentProblems,
  portNumberProblems,
} from '#core/machinery/names';
import type { KubeObject } from '#core/machinery/object';
import { invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { timeOf } from '#core/machinery/values';
import { matching } from '#core/machinery/validation';

const MAX_GROUP_PRIORITY = 20_000;
const MAX_VERSION_PRIORITY = 1000;
const LOCAL = {
  type: 'Available',
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
} as const;
const STATUSES = ['True', 'False', 'Unknown'];

type Spec = NonNullable<APIService['spec']>;

/** Whoever serves a group's version has its name. */
function nameProblems({ metadata, spec }: APIService, problems: Problem[]): void {
  const { name = '', generateName = '' } = metadata;
  const wanted = `${spec?.version ?? ''}.${spec?.group ?? ''}`;
  if (generateName !== '' && generateName !== wanted) {
    const detail = `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`;
    problems.push(invalid('metadata.generateName', generateName, detail));
  }
  if (name === '' || name === wanted || pathSegmentProblems(name, false).length > 0) return;
  problems.push(invalid('metadata.name', name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`));
}

function serviceProblems(
  { service, caBundle = '', insecureSkipTLSVerify: insecure = false }: Spec,
  problems: Problem[],
) {
  if (!service) {
    if (caBundle !== '') {
      const shown = `${atob(caBundle).length} bytes`;
      problems.push(invalid('spec.caBundle', shown, 'local APIServices may not have a caBundle'));
    }
    if (insecure) {
      const detail = 'local APIServices may not have insecureSkipTLSVerify';
      problems.push(invalid('spec.insecureSkipTLSVerify', true, detail));
    }
    return;
  }
  if (!service.namespace) problems.push(required('spec.service.namespace'));
  if (!service.name) problems.push(required('spec.service.name'));
  const why = portNumberProblems(service.port ?? 0);
  if (why.length > 0) {
    problems.push(invalid('spec.service.port', service.port ?? 0, `port is not valid: ${why.join(', ')}`));
  }
  if (insecure && caBundle !== '') {
    problems.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
  }
}

function apiServiceProblems(one: APIService, problems: Problem[]): void {
  const spec = one.spec ?? ({} as Spec);
  const { group = '', version = '', groupPriorityMinimum: groups = 0, versionPriority: versions = 0 } = spec;
  nameProblems(one, problems);
  if (group === '' && version !== 'v1') {
    problems.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  }
  if (group !== '') matching(dnsSubdomainProblems)(group, 'spec.group', problems);
  matching(dns1035LabelProblems)(version, 'spec.version', problems);
  if (groups <= 0 || groups > MAX_GROUP_PRIORITY) {
    problems.push(invalid('spec.groupPriorityMinimum', groups, 'must be positive and less than 20000'));
  }
  if (versions <= 0 || versions > MAX_VERSION_PRIORITY) {
    problems.push(invalid('spec.versionPriority', versions, 'must be positive and less than 1000'));
  }
  serviceProblems(spec, problems);
}

/** Whoever needs no other server is there at once. Upstream: kube-aggregator/pkg/registry/apiservice/strategy.go. */
function withLocal(one: APIService, now: number): APIService {
  if (one.spec?.service) return one;
  return { ...one, status: { conditions: [{ ...LOCAL, lastTransitionTime: timeOf(now) }] } } as APIService;
}

const ID = 'apiregistration.k8s.io/apiservices';

/** Strategies of the apiregistration group. Upstream: kube-aggregator/pkg/apis/apiregistration/validation/validation.go. */
export const apiregistration: Readonly<Record<string, Strategy>> = {
  [ID]: checkedStrategy<APIService>(
    ID,
    'APIService',
    'v1',
    {
      create: apiServiceProblems,
      status: ({ status }, _old, problems) => {
        for (const [i, { status: value }] of (status?.conditions ?? []).entries()) {
          if (STATUSES.includes(value)) continue;
          problems.push(notSupported(`status.conditions[${i}].status`, value ?? '', STATUSES));
        }
      },
    },
    {
      validateName: pathSegmentProblems,
      prepareForCreate: (object, { now }) =>
        withLocal({ ...(object as unknown as APIService), status: {} }, now) as unknown as KubeObject,
    },
  ),
};
