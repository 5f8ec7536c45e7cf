import { aggregatedRules } from '#core/api/rbac';
import { clusterRoles } from '#core/api/tokens';
import { sameJson } from '#core/base';
import { controller, reads, watches } from '#core/operator';
import type { ControllerDefinition } from '../definition.ts';

const NAME = 'clusterrole-aggregation-controller';

/**
 * A role with an aggregation rule has the rules of all roles that the rule selects. Any change may concern any of them, and
 * there are few. Upstream: pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go.
 */
export const clusterRoleAggregationController: ControllerDefinition = {
  name: NAME,
  alias: 'clusterrole-aggregation',
  watches: [clusterRoles],
  start({ informers, turns, log, metrics, clientFor }) {
    const client = clientFor(NAME);
    const roles = informers.get(clusterRoles);
    const gathering = () => [...roles.cache.list()].filter(({ aggregationRule }) => aggregationRule !== undefined);
    return controller({
      name: 'ClusterRoleAggregator',
      sources: [watches(roles, () => gathering().map(({ metadata }) => metadata.name ?? '')), reads(roles)],
      async reconcile(name) {
        const role = roles.cache.get(name);
        if (role?.aggregationRule === undefined) return;
        const rules = aggregatedRules(role, roles.cache.list());
        if (sameJson(rules, role.rules ?? [])) return;
        const { apiVersion, kind } = role;
        const patch = { apiVersion, kind, metadata: { name }, rules };
        await client.patch(clusterRoles, { name }, { type: 'apply', patch, force: true }, { fieldManager: NAME });
      },
      concurrency: 5,
      turns,
      log,
      metrics,
    });
  },
};
