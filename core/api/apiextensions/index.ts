import type { Strategy } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type { CustomResourceDefinition } from '#core/api/types';
import { formatWarnings } from './formats.ts';
import { definitionProblems, definitionUpdateProblems, namesProblems } from './definition.ts';

const ID = 'apiextensions.k8s.io/customresourcedefinitions';

const checked = checkedStrategy<CustomResourceDefinition>(ID, 'CustomResourceDefinition', 'v1', {
  create: definitionProblems,
  update: definitionUpdateProblems,
  status: ({ status }, _old, problems) => namesProblems(status?.acceptedNames ?? {}, 'status.acceptedNames', problems),
});

/** The version in which objects are stored is one in which objects may lie. */
function withStoredVersion(one: CustomResourceDefinition): CustomResourceDefinition {
  const version = one.spec?.versions?.find(({ storage }) => storage)?.name;
  const { status } = one;
  const stored = status?.storedVersions ?? [];
  if (version === undefined || stored.includes(version)) return one;
  return { ...one, status: { ...status, storedVersions: [...stored, version] } as NonNullable<typeof status> };
}

/** Strategies of the apiextensions group. Upstream: apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go. */
export const apiextensions: Readonly<Record<string, Strategy>> = {
  [ID]: {
    ...checked,
    warnings: (object, old, { subresource }) =>
      subresource === ''
        ? formatWarnings(object as CustomResourceDefinition, old as CustomResourceDefinition | undefined)
        : [],
    prepareForCreate: (object, context) =>
      withStoredVersion(checked.prepareForCreate!(object, context) as CustomResourceDefinition),
    prepareForUpdate: (next, old, context) => {
      const updated = checked.prepareForUpdate!(next, old, context) as CustomResourceDefinition;
      return context.subresource === '' ? withStoredVersion(updated) : updated;
    },
  },
};
