import { refusal } from '#core/machinery/status';
import type { Context, Stage } from '../context.ts';
import { first } from '../query.ts';
import { takesSelectors } from '../request-info.ts';
import type { Attributes, Authorizer } from '../seams.ts';

export function attributesOf({ info, user }: Context): Attributes {
  const { verb, isResource, path, group, version, resource, subresource, namespace, name, query } = info;
  const attributes = { user, verb, isResource, path, group, version, resource, subresource, namespace, name };
  if (query.size === 0 || !takesSelectors(verb)) return attributes;
  const fieldSelector = first(query, 'fieldSelector');
  const labelSelector = first(query, 'labelSelector');
  return {
    ...attributes,
    ...(fieldSelector === '' ? {} : { fieldSelector }),
    ...(labelSelector === '' ? {} : { labelSelector }),
  };
}

/** Lets a request pass only if its user may make it. Upstream: apiserver/pkg/endpoints/filters/authorization.go. */
export const authorize =
  <Out>(authorizer: Authorizer): Stage<Out> =>
  async (context, next) => {
    const attributes = attributesOf(context);
    const decided = authorizer.decide(attributes);
    const decision = decided instanceof Promise ? await decided : decided;
    if (!decision.allowed) throw forbiddenRequest(attributes, decision.reason);
    return next(context);
  };

/** Upstream: apiserver/pkg/endpoints/handlers/responsewriters/errors.go. */
function forbiddenRequest(attributes: Attributes, reason: string) {
  const { user, verb, path, group, resource, subresource, namespace, name, isResource } = attributes;
  const because = reason === '' ? '' : `: ${reason}`;
  const who = JSON.stringify(user.name);
  if (!isResource) {
    return refusal('Forbidden', `forbidden: User ${who} cannot ${verb} path ${JSON.stringify(path)}${because}`, {});
  }
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const subject = name === '' ? `${qualified} is forbidden` : `${qualified} ${JSON.stringify(name)} is forbidden`;
  return refusal(
    'Forbidden',
    `${subject}: User ${who} cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}${because}`,
    { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource },
  );
}
