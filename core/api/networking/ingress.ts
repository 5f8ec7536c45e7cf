import { subdomainProblems, segmentProblems } from '#core/api/rules';
import type { HTTPIngressPath, Ingress, IngressBackend, IngressSpec, TypedLocalObjectReference } from '#core/api/types';
import {
  addressProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  parseAddress,
  portNameProblems,
  portNumberProblems,
  wildcardDnsSubdomainProblems,
} from '#core/machinery/names';
import { invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { matching } from '#core/machinery/validation';

const CLASS = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDS = ['/..', '/.'];

const hostGrammar = (host: string) => (host.includes('*') ? wildcardDnsSubdomainProblems : dnsSubdomainProblems)(host);

export function objectReferenceProblems(
  { apiGroup, kind, name }: TypedLocalObjectReference,
  path: string,
  problems: Problem[],
): void {
  subdomainProblems(apiGroup, `${path}.apiGroup`, problems);
  segmentProblems(kind, `${path}.kind`, problems);
  segmentProblems(name, `${path}.name`, problems);
}

function backendProblems({ resource, service }: IngressBackend, path: string, problems: Problem[]): void {
  if (resource !== undefined && service !== undefined) {
    problems.push(invalid(path, '', 'cannot set both resource and service backends'));
  } else if (resource !== undefined) objectReferenceProblems(resource, `${path}.resource`, problems);
  else if (service === undefined) problems.push(invalid(path, '', 'resource or service backend is required'));
  else {
    const place = `${path}.service`;
    if ((service.name ?? '') === '') problems.push(required(`${place}.name`));
    else matching(dnsLabelProblems)(service.name, `${place}.name`, problems);
    const { name = '', number = 0 } = service.port ?? {};
    if (name !== '' && number !== 0) problems.push(invalid(path, '', 'cannot set both port name & port number'));
    else if (name !== '') matching(portNameProblems)(name, `${place}.port.name`, problems);
    else if (number === 0) problems.push(required(path, 'port name or number is required'));
    else
      for (const detail of portNumberProblems(number)) problems.push(invalid(`${place}.port.number`, number, detail));
  }
}

function pathProblems(
  { path: route = '', pathType, backend }: HTTPIngressPath,
  path: string,
  problems: Problem[],
): void {
  if (pathType === undefined || pathType === null) {
    problems.push(required(`${path}.pathType`, 'pathType must be specified'));
    return;
  }
  const refuse = (detail: string) => problems.push(invalid(`${path}.path`, route, detail));
  if (!PATH_TYPES.includes(pathType)) problems.push(notSupported(`${path}.pathType`, pathType, PATH_TYPES));
  else if (pathType === 'ImplementationSpecific') {
    if (route !== '' && !route.startsWith('/')) refuse('must be an absolute path');
  } else {
    if (!route.startsWith('/')) refuse('must be an absolute path');
    for (const bad of BAD_SEQUENCES) if (route.includes(bad)) refuse(`must not contain '${bad}'`);
    for (const bad of BAD_ENDS) if (route.endsWith(bad)) refuse(`cannot end with '${bad}'`);
  }
  backendProblems(backend ?? {}, `${path}.backend`, problems);
}

function ruleProblems({ rules }: IngressSpec, problems: Problem[]): void {
  for (const [i, { host = '', http }] of (rules ?? []).entries()) {
    const path = `spec.rules[${i}]`;
    if (host !== '') {
      if (parseAddress(host) !== undefined) {
        problems.push(invalid(`${path}.host`, host, 'must be a DNS name, not an IP address'));
      }
      matching(hostGrammar)(host, `${path}.host`, problems);
    }
    if (http === undefined) continue;
    if ((http.paths ?? []).length === 0) problems.push(required(`${path}.http.paths`));
    for (const [j, one] of (http.paths ?? []).entries()) pathProblems(one, `${path}.http.paths[${j}]`, problems);
  }
}

const secretFault = (name: string | undefined): boolean =>
  (name ?? '') !== '' && dnsSubdomainProblems(name!).length > 0;

/** Upstream: pkg/apis/networking/validation/validation.go (ValidateIngressSpec). What an old object did wrong is let through. */
function specProblems({ spec = {} }: Ingress, old: Ingress | undefined, problems: Problem[]): void {
  const { rules, defaultBackend, tls = [], ingressClassName } = spec;
  if ((rules ?? []).length === 0 && defaultBackend === undefined) {
    problems.push(invalid('spec', rules ?? null, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (defaultBackend !== undefined) backendProblems(defaultBackend, 'spec.defaultBackend', problems);
  ruleProblems(spec, problems);
  const lenient = old?.spec?.tls?.some(({ secretName }) => secretFault(secretName)) === true;
  for (const [i, { hosts = [], secretName }] of tls.entries()) {
    for (const [j, host] of hosts.entries()) matching(hostGrammar)(host, `spec.tls[${i}].hosts[${j}]`, problems);
    if (!lenient && (secretName ?? '') !== '') {
      matching(dnsSubdomainProblems)(secretName, `spec.tls[${i}].secretName`, problems);
    }
  }
  subdomainProblems(ingressClassName, 'spec.ingressClassName', problems);
}

export function ingressProblems(ingress: Ingress, problems: Problem[]): void {
  specProblems(ingress, undefined, problems);
  const annotated = ingress.metadata.annotations?.[CLASS];
  const named = ingress.spec?.ingressClassName;
  if (annotated !== undefined && named !== undefined && annotated !== named) {
    const detail = 'must match `ingressClassName` when both are specified';
    problems.push(invalid(`annotations.${CLASS}`, annotated, detail));
  }
}

export const ingressUpdateProblems = (next: Ingress, old: Ingress, problems: Problem[]): void =>
  specProblems(next, old, problems);

export function ingressStatusProblems({ status }: Ingress, old: Ingress, problems: Problem[]): void {
  const known = new Set(old.status?.loadBalancer?.ingress?.map(({ ip }) => ip));
  for (const [i, { ip = '', hostname = '' }] of (status?.loadBalancer?.ingress ?? []).entries()) {
    const path = `status.loadBalancer.ingress[${i}]`;
    if (ip !== '' && !known.has(ip)) matching(addressProblems)(ip, `${path}.ip`, problems);
    if (hostname === '') continue;
    matching(dnsSubdomainProblems)(hostname, `${path}.hostname`, problems);
    if (parseAddress(hostname) !== undefined) {
      problems.push(invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'));
    }
  }
}
