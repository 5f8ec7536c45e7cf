import { inOwnVersion, type ResourceDefinition } from '#core/api/definition';
import { pathSegmentProblems } from '#core/machinery/names';
import { badRequest, noSuchPath, notFound, refusal } from '#core/machinery/status';
import type { Context, Result } from '../context.ts';
import type { RequestInfo } from '../request-info.ts';
import { keyOf } from '../watch/range.ts';
import { bind, legacyBind } from './binding.ts';
import { log, streamTo } from './connect.ts';
import { create } from './create.ts';
import { remove, removeCollection } from './delete.ts';
import { evict } from './eviction.ts';
import { handled, notBuilt, review } from './handled.ts';
import { type Kit, named, type Target, type VerbHandler } from './kit.ts';
import { patch } from './patch.ts';
import { proxy } from './proxy.ts';
import { get, list, watch } from './read.ts';
import { getScale, patchScale, updateScale } from './scale.ts';
import { update } from './update.ts';
import { settle } from './write.ts';

type Verbs = Readonly<Partial<Record<string, VerbHandler>>>;

/** What a resource's own paths do. */
const GENERIC: Verbs = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeCollection,
};

/** Of what lies in namespaces only one at a time is written to. */
const ONLY_WITHIN: ReadonlySet<string> = new Set(['create', 'deletecollection']);

const withinNamespace = ({ path }: RequestInfo) =>
  path.includes(NO_NAMESPACE) ? badRequest('Namespace parameter required.') : methodNotAllowed();

const NEEDS_NAME: ReadonlySet<string> = new Set(['get', 'update', 'patch', 'delete']);

/** Subresources that show and change the resource itself. */
const PARTIAL: Verbs = { get, update, patch };

const anyVerb = (handler: VerbHandler): Verbs => ({
  get: handler,
  create: handler,
  update: handler,
  patch: handler,
  delete: handler,
});

/** Subresources with a meaning of their own, by `GROUP/RESOURCE/NAME`; under `*` for every resource. */
const SUBRESOURCES: Readonly<Record<string, Verbs>> = {
  '*/scale': { get: getScale, update: updateScale, patch: patchScale },
  '/pods/binding': { create: bind },
  '/pods/eviction': { create: evict },
  '/pods/log': { get: log },
  '/pods/exec': { get: streamTo('exec'), create: streamTo('exec') },
  '/pods/attach': { get: streamTo('attach'), create: streamTo('attach') },
  '/pods/portforward': { get: streamTo('portForward'), create: streamTo('portForward') },
  '/pods/proxy': anyVerb(proxy),
  '/services/proxy': anyVerb(proxy),
  '/nodes/proxy': anyVerb(proxy),
};

/** Answers a resource request that was authorized: finds the resource, then the verb. Throws a StatusError. */
export async function serveResource(kit: Kit, context: Context, target: Target): Promise<Result> {
  const handler = handlerFor(kit, context, target);
  if (target.key === '' || context.info.verb === 'get') return handler(kit, context, target);
  try {
    return await handler(kit, context, target);
  } catch (failure) {
    // It may have been refused because of a write that is not durable yet.
    await settle(kit, target.key);
    throw failure;
  }
}

/** `undefined` where nobody serves the group at all. Throws a StatusError (404). */
export function targetOf({ parts: { registry } }: Pick<Kit, 'parts'>, info: RequestInfo): Target | undefined {
  const definition = registry.resource(info.group, info.resource);
  const isServed = definition?.versions.some(({ version, served: on }) => on && version === info.version) === true;
  if (definition === undefined || !isServed) {
    for (const { group, versions } of registry.all) {
      if (group === info.group && versions.some(({ served: on }) => on)) throw noSuchPath();
    }
    if (info.group === '') throw noSuchPath();
    return undefined;
  }
  const namespace = definition.namespaced ? info.namespace : '';
  // An object of a namespaced resource has no path without a namespace, and the other way round.
  const own = definition.group === '' && definition.resource === 'namespaces';
  if (
    definition.namespaced ? info.name !== '' && namespace === '' && !isSelected(info) : info.namespace !== '' && !own
  ) {
    throw info.path.includes(NO_NAMESPACE) ? badRequest('Namespace parameter required.') : noSuchPath();
  }
  const { name, subresource, version } = info;
  if (subresource !== '' && (name === '' || !hasSubresource(definition, subresource))) throw noSuchPath();
  const [problem] = name === '' ? [] : pathSegmentProblems(name, false);
  if (problem !== undefined) throw badRequest(`Name parameter invalid: ${JSON.stringify(name)}: ${problem}`);
  const served = inOwnVersion(definition, version);
  const key = name === '' ? '' : keyOf(definition, namespace, name);
  return { definition: served, stored: storedAs(registry, served), version, subresource, namespace, name, key };
}

function storedAs(registry: Kit['parts']['registry'], definition: ResourceDefinition): ResourceDefinition {
  const group = definition.storage.slice(0, definition.storage.indexOf('/'));
  return group === definition.group ? definition : (registry.resource(group, definition.resource) ?? definition);
}

/** A path within a namespace without a name. */
const NO_NAMESPACE = '/namespaces//';

/** Custom resources are asked for any: that there is none is told of the object. */
const hasSubresource = ({ edition, subresources }: ResourceDefinition, subresource: string): boolean =>
  edition !== undefined || subresources.some(({ name }) => name === subresource);

/** The name of a list or watch by field selector is no part of the path. */
const isSelected = ({ verb }: RequestInfo): boolean => verb === 'list' || verb === 'watch';

function handlerFor(kit: Kit, { info, method }: Context, target: Target): VerbHandler {
  const { definition, subresource } = target;
  // A proxy passes on this method too, though it is no verb.
  if (subresource === 'proxy' && method === 'OPTIONS') return subresourceHandler(kit, { ...info, verb: 'get' }, target);
  if (subresource !== '') return subresourceHandler(kit, info, target);
  const id = `${definition.group}/${definition.resource}`;
  if (info.verb === 'proxy') throw noSuchPath();
  if (ONLY_WITHIN.has(info.verb) && definition.namespaced && target.namespace === '') throw withinNamespace(info);
  if (info.verb === 'watch' && method !== 'GET') throw methodNotAllowed();
  if (method !== 'HEAD' && definition.verbs.includes(info.verb as (typeof definition.verbs)[number])) {
    if (info.verb === 'create') {
      const own = kit.parts.reviews?.[id];
      if (own !== undefined) return review(own);
      if (id === '/bindings') return legacyBind;
      if (!definition.verbs.includes('get')) return refuseAsNotBuilt(definition);
      if (info.name !== '') throw methodNotAllowed();
    }
    const handler = GENERIC[info.verb];
    if (handler !== undefined && NEEDS_NAME.has(info.verb) === (info.name !== '' && !isSelected(info))) return handler;
  }
  // A review has no name, so there is no such path.
  if (info.name !== '' && !isSelected(info) && !definition.verbs.includes('get')) throw noSuchPath();
  throw methodNotAllowed();
}

function subresourceHandler(kit: Kit, { verb, rest }: RequestInfo, target: Target): VerbHandler {
  const { definition, subresource } = target;
  const known = definition.subresources.find(({ name }) => name === subresource);
  if (known === undefined && definition.edition !== undefined) throw notFound(named(target));
  if (known === undefined || (subresource !== 'proxy' && !/^\/*$/.test(rest))) throw noSuchPath();
  if (!known.verbs.includes(verb as (typeof known.verbs)[number])) throw methodNotAllowed();
  const id = `${definition.group}/${definition.resource}/${subresource}`;
  const own = kit.parts.subresources?.[id];
  if (own !== undefined && verb === 'create') return handled(own);
  const handler = SUBRESOURCES[id] ?? SUBRESOURCES[`*/${subresource}`] ?? (known.kind === undefined ? PARTIAL : {});
  return handler[verb] ?? refuseAsNotBuilt(definition, subresource);
}

const refuseAsNotBuilt =
  ({ resource }: ResourceDefinition, subresource = ''): VerbHandler =>
  () =>
    Promise.reject(notBuilt(subresource === '' ? resource : `${resource}/${subresource}`));

const methodNotAllowed = () =>
  refusal('MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
