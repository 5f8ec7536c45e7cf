import type { PolicyRule } from '#core/api/types';
import type { Attributes, Authorizer, Decision, User } from '#core/apiserver';
import type { NodeGraph } from './node-graph.ts';
import { rulesAllow } from './rules.ts';

const NODE_PREFIX = 'system:node:';

/** The node that a user is; '' for one of `system:nodes` without a name; `undefined` for others. */
export function nodeOf({ name, groups }: User): string | undefined {
  if (!name.startsWith(NODE_PREFIX) || !groups.includes('system:nodes')) return undefined;
  return name.slice(NODE_PREFIX.length);
}

const YES: Decision = { allowed: true, reason: '' };
const no = (reason = ''): Decision => ({ allowed: false, reason });

type Judge = (node: string, attributes: Attributes) => Decision;

/** Lets a node do what it needs for its own pods. `rules` are what any node may do. Upstream: plugin/pkg/auth/authorizer/node/node_authorizer.go. */
export function nodeAuthorizer(graph: NodeGraph, rules: readonly PolicyRule[]): Authorizer {
  const judges = judgesOn(graph);
  return {
    decide(attributes) {
      const node = nodeOf(attributes.user);
      if (node === undefined) return no();
      if (node === '') return no(`unknown node for user ${JSON.stringify(attributes.user.name)}`);
      const judge = attributes.isResource ? judges[`${attributes.group}/${attributes.resource}`] : undefined;
      if (judge !== undefined) return judge(node, attributes);
      return rulesAllow(rules, attributes) ? YES : no();
    },
  };
}

function judgesOn(graph: NodeGraph): Readonly<Record<string, Judge>> {
  const related: Judge = (node, { group, resource, namespace, name }) => {
    if (name === '') return no('No Object name found');
    if (graph.concerns(node, group, resource, namespace, name)) return YES;
    return no(`no relationship found between node '${node}' and this object`);
  };
  const readRelated: Judge = (node, attributes) => {
    if (!['get', 'list', 'watch'].includes(attributes.verb)) return no('can only read resources of this type');
    if (attributes.subresource !== '') return no('cannot read subresource');
    if (attributes.namespace === '') return no('can only read namespaced object of this type');
    return related(node, attributes);
  };
  const getRelated: Judge = (node, attributes) => {
    if (attributes.verb !== 'get') return no('can only get individual resources of this type');
    if (attributes.subresource !== '') return no('cannot get subresource');
    return related(node, attributes);
  };
  /** Its own object by name; on create the name is not known yet, admission looks at it. */
  const own =
    (kind: string): Judge =>
    (node, { verb, subresource, name }) => {
      if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb)) {
        return no(`can only get, create, update, patch, or delete a ${kind}`);
      }
      if (subresource !== '' && kind === 'CSINode') return no(`cannot authorize ${kind} subresources`);
      if (verb !== 'create' && name !== node)
        return no(`can only access ${kind} with the same name as the requesting node`);
      return YES;
    };

  return {
    '/secrets': readRelated,
    '/configmaps': readRelated,
    '/persistentvolumes': getRelated,
    'resource.k8s.io/resourceclaims': getRelated,
    'storage.k8s.io/volumeattachments': getRelated,
    '/persistentvolumeclaims': (node, attributes) => {
      if (attributes.subresource !== 'status') return getRelated(node, attributes);
      if (attributes.verb !== 'update' && attributes.verb !== 'patch') return no('can only get/update/patch this type');
      return related(node, attributes);
    },
    '/serviceaccounts': (node, attributes) => {
      const { verb, subresource, name } = attributes;
      if (verb === 'get' && subresource === '') return readRelated(node, attributes);
      if (verb !== 'create' || name === '') return no('can only create tokens for individual service accounts');
      if (subresource !== 'token') return no('can only create token subresource of serviceaccount');
      return related(node, attributes);
    },
    'coordination.k8s.io/leases': (node, attributes) => {
      const decision = own('node lease')(node, { ...attributes, name: attributes.name || node });
      if (!decision.allowed && !decision.reason.startsWith('can only access')) return decision;
      if (attributes.namespace !== 'kube-node-lease') {
        return no('can only access leases in the "kube-node-lease" system namespace');
      }
      return decision;
    },
    'storage.k8s.io/csinodes': own('CSINode'),
    'resource.k8s.io/resourceslices': (node, attributes) => {
      if (attributes.subresource !== '') return no('cannot authorize ResourceSlice subresources');
      switch (attributes.verb) {
        case 'create':
          return YES;
        case 'get':
        case 'update':
        case 'patch':
        case 'delete':
          return related(node, attributes);
        case 'watch':
        case 'list':
        case 'deletecollection':
          if (selects(attributes, 'spec.nodeName', node)) return YES;
          return no('can only list/watch/deletecollection resourceslices with nodeName field selector');
        default:
          return no(
            'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
          );
      }
    },
    '/nodes': (node, { subresource, verb, name }) => {
      if (subresource === 'status') return verb === 'update' || verb === 'patch' ? YES : no();
      if (subresource !== '') return no();
      if (['create', 'update', 'patch'].includes(verb)) return YES;
      if (!['get', 'list', 'watch'].includes(verb)) return no();
      if (name === node) return YES;
      return no(
        name === ''
          ? `node '${node}' cannot read all nodes, only its own Node object`
          : `node '${node}' cannot read '${name}', only its own Node object`,
      );
    },
    '/pods': (node, attributes) => {
      const { subresource, verb, name } = attributes;
      if (subresource === 'status') return verb === 'update' || verb === 'patch' ? YES : no();
      if (subresource === 'eviction') return verb === 'create' ? YES : no();
      if (subresource !== '') return no();
      if (verb === 'get') return getRelated(node, attributes);
      if (verb === 'create' || verb === 'delete') return YES;
      if (verb !== 'list' && verb !== 'watch') return no();
      if (selects(attributes, 'spec.nodeName', node)) return YES;
      if (name !== '') return related(node, attributes);
      return no('can only list/watch pods with spec.nodeName field selector');
    },
  };
}

/** Whether the field selector demands that the field has that value. */
const selects = ({ fieldSelector = '' }: Attributes, field: string, value: string): boolean =>
  fieldSelector.split(',').some((part) => part.trim() === `${field}=${value}` || part.trim() === `${field}==${value}`);
