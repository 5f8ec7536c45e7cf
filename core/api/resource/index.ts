import { isExtendedResource } from '#core/api/core';
import type { Strategy, StrategyContext } from '#core/api/definition';
import { checkedStrategy, templateMetadataProblems } from '#core/api/rules';
import type { DeviceClass, ResourceClaimSpec, ResourceClaimTemplate, ResourceSlice } from '#core/api/types';
import type { KubeObject } from '#core/machinery/object';
import { invalid, type Problem } from '#core/machinery/status';
import { unchanged } from '#core/machinery/validation';
import { adminAccessProblems } from './admin-access.ts';
import { type Claim, claimSpecProblems, claimStatusProblems } from './claim.ts';
import { configurationProblems, MAX_CONFIGS, selectorsProblems } from './configuration.ts';
import { listProblems } from './lists.ts';
import { sliceProblems } from './slice.ts';

const GROUP = 'resource.k8s.io';

function classProblems({ spec = {} }: DeviceClass, problems: Problem[]): void {
  selectorsProblems(spec.selectors, 'spec.selectors', problems);
  listProblems(spec.config, MAX_CONFIGS, configurationProblems, 'spec.config', problems);
  const { extendedResourceName: name } = spec;
  if (name !== undefined && !isExtendedResource(name)) {
    problems.push(invalid('spec.extendedResourceName', name, 'must be a valid extended resource name'));
  }
}

function templateProblems({ spec }: ResourceClaimTemplate, problems: Problem[]): void {
  templateMetadataProblems(spec?.metadata, 'spec.metadata', problems);
  claimSpecProblems(spec?.spec, 'spec.spec', problems);
}

function askedAccess(spec: ResourceClaimSpec | undefined, context: StrategyContext, problems: Problem[]): void {
  const asking = spec?.devices?.requests?.map(({ exactly }) => exactly?.adminAccess) ?? [];
  adminAccessProblems(asking, 'spec.devices.requests', context, problems);
}

/** What was granted before stays so. */
function grantedAccess(next: Claim, old: Claim, context: StrategyContext, problems: Problem[]): void {
  const granted = ({ status }: Claim) =>
    status?.allocation?.devices?.results?.map(({ adminAccess }) => adminAccess) ?? [];
  if (granted(old).includes(true)) return;
  adminAccessProblems(granted(next), 'status.allocation.devices.results', context, problems);
}

const SLICES = `${GROUP}/resourceslices`;
const asSlice = (object: KubeObject) => object as unknown as ResourceSlice;

const slices = checkedStrategy<ResourceSlice>(
  SLICES,
  'ResourceSlice',
  'v1',
  {
    create: (next, problems) => sliceProblems(next, undefined, problems),
    update: (next, old, problems, { given = next as unknown as KubeObject }) =>
      sliceProblems(next, old, problems, asSlice(given)),
  },
  {
    warnings: (object) => {
      const driver = asSlice(object).spec?.driver ?? '';
      if (driver === driver.toLowerCase()) return [];
      return [`spec.driver: driver names should be lowercase; "${driver}" contains uppercase characters`];
    },
  },
);

/** Strategies of the resource group. Upstream: pkg/registry/resource, pkg/apis/resource/validation/validation.go. */
export const resource: Readonly<Record<string, Strategy>> = {
  [`${GROUP}/deviceclasses`]: checkedStrategy<DeviceClass>(`${GROUP}/deviceclasses`, 'DeviceClass', 'v1', {
    create: classProblems,
  }),
  [`${GROUP}/resourceclaims`]: checkedStrategy<Claim>(`${GROUP}/resourceclaims`, 'ResourceClaim', 'v1', {
    create: ({ spec }, problems, context) => {
      askedAccess(spec, context, problems);
      claimSpecProblems(spec, 'spec', problems);
    },
    update: (next, old, problems) => unchanged(next.spec, old.spec, 'spec', problems),
    status: (next, old, problems, context) => {
      grantedAccess(next, old, context, problems);
      claimStatusProblems(next, old, problems);
    },
  }),
  [`${GROUP}/resourceclaimtemplates`]: checkedStrategy<ResourceClaimTemplate>(
    `${GROUP}/resourceclaimtemplates`,
    'ResourceClaimTemplate',
    'v1',
    {
      create: (template, problems, context) => {
        askedAccess(template.spec?.spec, context, problems);
        templateProblems(template, problems);
      },
      update: (next, old, problems, { given }) => {
        // What is empty is set, too.
        templateProblems((given as ResourceClaimTemplate | undefined) ?? next, problems);
        unchanged(next.spec, old.spec, 'spec', problems);
      },
    },
  ),
  [SLICES]: slices,
};
