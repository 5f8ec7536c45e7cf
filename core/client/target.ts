import type { ListOptions, Named, ResourceToken, WatchOptions, WriteOptions } from './types.ts';

/** The path of a resource, of one object or of a subresource: `/apis/apps/v1/namespaces/a/deployments/web/scale`. */
export function pathOf(
  of: ResourceToken,
  named: { readonly namespace?: string | undefined; readonly name?: string },
  subresource?: string,
): string {
  let path = of.group === '' ? `/api/${of.version}` : `/apis/${of.group}/${of.version}`;
  if (of.namespaced && named.namespace !== undefined && named.namespace !== '') {
    path += `/namespaces/${encodeURIComponent(named.namespace)}`;
  }
  path += `/${of.resource}`;
  if (named.name !== undefined) path += `/${encodeURIComponent(named.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** One object's path. Throws a TypeError where the name is missing: such a path would mean the whole collection. */
export function objectPath(of: ResourceToken, named: Named, subresource?: string): string {
  if (named.name === '' || named.name === undefined) throw new TypeError(`a ${of.kind} without a name has no path`);
  if (of.namespaced && (named.namespace === undefined || named.namespace === '')) {
    throw new TypeError(`${of.kind} "${named.name}" needs a namespace`);
  }
  return pathOf(of, named, subresource);
}

/** Joins a path and its query, leaving out what is undefined, false or empty. */
export function withQuery(
  path: string,
  query: readonly (readonly [string, string | number | boolean | undefined])[],
): string {
  let target = path;
  let mark = '?';
  for (const [key, value] of query) {
    if (value === undefined || value === false || value === '') continue;
    target += `${mark}${key}=${encodeURIComponent(value)}`;
    mark = '&';
  }
  return target;
}

/** Where a list is read. */
export const listTarget = (of: ResourceToken, options: ListOptions): string =>
  withQuery(pathOf(of, { namespace: options.namespace }), listQuery(options));

/** Where a watch is opened. */
export const watchTarget = (of: ResourceToken, options: WatchOptions): string =>
  withQuery(pathOf(of, { namespace: options.namespace }), [
    ['watch', true],
    ...listQuery(options),
    ['sendInitialEvents', options.sendInitialEvents],
    ['allowWatchBookmarks', options.allowWatchBookmarks],
    ['timeoutSeconds', options.timeoutSeconds],
  ]);

const listQuery = (options: ListOptions) =>
  [
    ['labelSelector', options.labelSelector],
    ['fieldSelector', options.fieldSelector],
    ['limit', options.limit],
    ['continue', options.continue],
    ['resourceVersion', options.resourceVersion],
    ['resourceVersionMatch', options.resourceVersionMatch],
  ] as const;

/** What every write may carry in its query. */
export const writeQuery = (options: WriteOptions) =>
  [
    ['dryRun', options.dryRun === true ? 'All' : undefined],
    ['fieldManager', options.fieldManager],
  ] as const;
