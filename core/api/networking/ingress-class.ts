import { domainPrefixedPathProblems } from '#core/api/rules';
import type { IngressClass } from '#core/api/types';
import { dnsLabelProblems } from '#core/machinery/names';
import { forbiddenField, notSupported, type Problem, required, tooLong } from '#core/machinery/status';
import { matching, unchanged } from '#core/machinery/validation';
import { objectReferenceProblems } from './ingress.ts';

const MAX_CONTROLLER = 250;
const SCOPES = ['Cluster', 'Namespace'];

/** Upstream: pkg/apis/networking/validation/validation.go (ValidateIngressClass). */
export function ingressClassProblems({ spec = {} }: IngressClass, problems: Problem[]): void {
  const { controller = '', parameters } = spec;
  if (controller.length > MAX_CONTROLLER) problems.push(tooLong('spec.controller', MAX_CONTROLLER));
  domainPrefixedPathProblems(controller, 'spec.controller', problems);
  if (parameters === undefined) return;
  const path = 'spec.parameters';
  objectReferenceProblems(parameters as never, path, problems);
  const scope = parameters.scope ?? undefined;
  const namespace = parameters.namespace ?? undefined;
  if (scope === undefined) problems.push(required(`${path}.scope`));
  else if (!SCOPES.includes(scope)) problems.push(notSupported(`${path}.scope`, scope, SCOPES));
  else if (scope === 'Cluster') {
    if (namespace === undefined) return;
    problems.push(forbiddenField(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  } else if (namespace === undefined) {
    problems.push(required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'"));
  } else matching(dnsLabelProblems)(namespace, `${path}.namespace`, problems);
}

export function ingressClassUpdateProblems(next: IngressClass, old: IngressClass, problems: Problem[]): void {
  unchanged(next.spec?.controller ?? '', old.spec?.controller ?? '', 'spec.controller', problems);
  ingressClassProblems(next, problems);
}
