import type { Strategy } from '#core/api/definition';
import type { IPAddress, ServiceCIDR } from '#core/api/types';
import { genericStrategy, traits } from '#core/api/strategy';
import { strictAddressProblems } from '#core/machinery/names';
import { addressProblems, addressUpdateProblems, rangeProblemsOf, rangeUpdateProblems } from './addresses.ts';

const GROUP = 'networking.k8s.io';
const generic = (resource: string, kind: string) =>
  genericStrategy({ group: GROUP, version: 'v1', kind, ...traits[`${GROUP}/${resource}`] });

/** An address is its own name. Upstream: pkg/registry/networking/ipaddress/strategy.go. */
const ipAddressStrategy: Strategy = {
  ...generic('ipaddresses', 'IPAddress'),
  validateName: (name) => strictAddressProblems(name),
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

/** Strategies of the networking group that are more than their traits. */
export const networking: Readonly<Record<string, Strategy>> = {
  [`${GROUP}/ipaddresses`]: ipAddressStrategy,
  [`${GROUP}/servicecidrs`]: serviceCIDRStrategy,
};
