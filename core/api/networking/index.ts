import type { Strategy } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type { Ingress, IngressClass, IPAddress, NetworkPolicy, ServiceCIDR } from '#core/api/types';
import { genericStrategy, traits } from '#core/api/strategy';
import { strictAddressProblems } from '#core/machinery/names';
import { addressProblems, addressUpdateProblems, rangeProblemsOf, rangeUpdateProblems } from './addresses.ts';
import { ingressClassProblems, ingressClassUpdateProblems } from './ingress-class.ts';
import { ingressProblems, ingressStatusProblems, ingressUpdateProblems } from './ingress.ts';
import { networkPolicyProblems, networkPolicyUpdateProblems } from './network-policy.ts';

const GROUP = 'networking.k8s.io';
const generic = (resource: string, kind: string) =>
  genericStrategy({ group: GROUP, version: 'v1', kind, ...traits[`${GROUP}/${resource}`] });

/** An address is its own name. Upstream: pkg/registry/networking/ipaddress/strategy.go. */
const ipAddressStrategy: Strategy = {
  ...generic('ipaddresses', 'IPAddress'),
  validateName: (name) => strictAddressProblems(name),
  prefixIsName: true,
  validateCreate: (object) => addressProblems(object as unknown as IPAddress),
  validateUpdate: (next, old) => addressUpdateProblems(next as unknown as IPAddress, old as unknown as IPAddress),
};

/** Upstream: pkg/registry/networking/servicecidr/strategy.go. */
const serviceCIDRStrategy: Strategy = {
  ...generic('servicecidrs', 'ServiceCIDR'),
  validateCreate: (object) => rangeProblemsOf(object as unknown as ServiceCIDR),
  validateUpdate: (next, old, { subresource }) =>
    subresource === 'status' ? [] : rangeUpdateProblems(next as unknown as ServiceCIDR, old as unknown as ServiceCIDR),
};

/** Upstream: pkg/registry/networking/ingress/strategy.go. */
const ingressStrategy = checkedStrategy<Ingress>(`${GROUP}/ingresses`, 'Ingress', 'v1', {
  create: ingressProblems,
  update: ingressUpdateProblems,
  status: ingressStatusProblems,
});

/** Upstream: pkg/registry/networking/ingressclass/strategy.go. */
const ingressClassStrategy = checkedStrategy<IngressClass>(`${GROUP}/ingressclasses`, 'IngressClass', 'v1', {
  create: ingressClassProblems,
  update: ingressClassUpdateProblems,
});

/** Upstream: pkg/registry/networking/networkpolicy/strategy.go. */
const networkPolicyStrategy = checkedStrategy<NetworkPolicy>(`${GROUP}/networkpolicies`, 'NetworkPolicy', 'v1', {
  create: networkPolicyProblems,
  update: networkPolicyUpdateProblems,
});

/** Strategies of the networking group that are more than their traits. */
export const networking: Readonly<Record<string, Strategy>> = {
  [`${GROUP}/ingressclasses`]: ingressClassStrategy,
  [`${GROUP}/ingresses`]: ingressStrategy,
  [`${GROUP}/ipaddresses`]: ipAddressStrategy,
  [`${GROUP}/networkpolicies`]: networkPolicyStrategy,
  [`${GROUP}/servicecidrs`]: serviceCIDRStrategy,
};
