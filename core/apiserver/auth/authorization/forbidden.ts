import { forbidden, type StatusError } from '#core/machinery/status';
import type { Attributes } from '#core/apiserver';

/** The refusal that users see: what they may not do, and the authorizer's reason. Upstream: apiserver/pkg/endpoints/handlers/responsewriters/errors.go. */
export function forbiddenFor(attributes: Attributes, reason: string): StatusError {
  const { group, resource, name } = attributes;
  const text = sentence(attributes);
  const why = reason === '' ? text : `${text}: ${reason}`;
  return attributes.isResource
    ? forbidden({ group, resource, name }, why)
    : forbidden({ group: '', resource: '', name: '' }, why);
}

function sentence({ user, verb, isResource, path, group, resource, subresource, namespace }: Attributes): string {
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  if (!isResource) return `${who} path ${JSON.stringify(path)}`;
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return `${who} resource ${JSON.stringify(whole)} in API group ${JSON.stringify(group)} ${where}`;
}
