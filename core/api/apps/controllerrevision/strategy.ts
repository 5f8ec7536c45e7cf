import { checkedStrategy } from '#core/api/rules';
import type { ControllerRevision } from '#core/api/types';
import { required } from '#core/machinery/status';
import { notNegative, unchanged } from '#core/machinery/validation';

/** Upstream: pkg/registry/apps/controllerrevision/strategy.go, pkg/apis/apps/validation/validation.go. */
export const controllerRevisionStrategy = checkedStrategy<ControllerRevision>(
  'apps/controllerrevisions',
  'ControllerRevision',
  'v1',
  {
    create: ({ revision, data }, problems) => {
      notNegative(revision, 'revision', problems);
      const content = data as unknown;
      if (content === undefined || content === null) problems.push(required('data', 'data is mandatory'));
      else if (typeof content !== 'object' || Array.isArray(content)) {
        problems.push(required('data', 'data must be a valid JSON object'));
      }
    },
    update: (next, old, problems) => {
      notNegative(next.revision, 'revision', problems);
      unchanged(next.data, old.data, 'data', problems);
    },
  },
);
