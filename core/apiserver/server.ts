import type { ResourceDefinition } from '#core/api/definition';
import { interner } from '#core/machinery/apply';
import type { KubeObject, KubeList } from '#core/machinery/object';
import {
  internalError,
  isStatusError,
  noSuchPath,
  notAcceptable,
  type StatusError,
  badRequest,
} from '#core/machinery/status';
import { isWebSocket } from '#core/machinery/streams';
import { type Body, compose, type Context, type Result } from './context.ts';
import { ByteCache } from './encoding/byte-cache.ts';
import { emitted, isCustom } from './encoding/emit.ts';
import { Encoder } from './encoding/encoder.ts';
import { listMetaOf } from './encoding/lists.ts';
import { type Media, negotiate, type Offer, servesCbor } from './encoding/media.ts';
import { FamiliarMembers } from './encoding/familiar.ts';
import type { EncoderParts } from './encoding/parts-of-answer.ts';
import { tableMaker } from './encoding/table.ts';
import { includeObjectOf } from './encoding/transforms.ts';
import { defaultLimits, type Limits, type Parts } from './parts.ts';
import { notThere, pathServer } from './paths/paths.ts';
import { first, flag } from './query.ts';
import { requestInfoOf } from './request-info.ts';
import { authenticate } from './stages/authenticate.ts';
import { authorize } from './stages/authorize.ts';
import { count } from './stages/count.ts';
import { deadline } from './stages/deadline.ts';
import { fairness } from './stages/fairness.ts';
import { impersonating } from './stages/impersonate.ts';
import type { Answer, ApiServer, LocalRequest, Peer, Request, User } from './types.ts';
import type { Kit, Target } from './verbs/kit.ts';
import { serveResource, targetOf } from './verbs/route.ts';
import { Hub } from './watch/hub.ts';
import { createLookups } from './watch/lookups.ts';
import { watchMessages } from './watch/messages.ts';
import { watchFormat } from './watch/frames.ts';
import { type OpenWatch, watchAnswer, watchInside } from './watch/serve.ts';

/** Texts of field sets that are kept to be shared; most objects of a kind have the same few. */
const INTERNED = 20_000;
const NOBODY: User = { name: '', groups: [] };
const INSIDE: Peer = { address: '', certificates: [] };

/** An API server over a store and a registry of kinds. Nothing is started: it serves as soon as it is called. */
export function createApiServer(parts: Parts): ApiServer {
  const limits: Limits = { ...defaultLimits, ...parts.limits };
  const { turns, log, registry } = parts;
  const now = () => turns.clock.now();
  const familiar = new FamiliarMembers();
  const kit: Kit = {
    parts,
    bodyLimit: limits.body,
    now,
    familiar,
    lookups: createLookups(parts),
    intern: interner(INTERNED),
  };
  const encoding: EncoderParts = {
    registry,
    turns,
    log,
    yaml: parts.yaml,
    gzip: parts.gzip,
    cbor: servesCbor(parts.gates),
    items: new ByteCache(limits.encodedCache),
  };
  const table = tableMaker(now);
  const encoder = new Encoder(encoding, table);
  const servePath = pathServer(parts);
  const open = watchOpener(parts, limits);

  /** Verb, then encode: what is wanted is settled before anything is done. */
  const answer = async (context: Context): Promise<Answer> => {
    const target = context.info.isResource ? targetOf(kit, context.info) : undefined;
    if (target === undefined) {
      const result = context.info.isResource ? notThere() : await servePath(context);
      return encoder.answer(context, PLAIN, result as Exclude<Result, { kind: 'watch' }>);
    }
    const media = negotiate(context.headers, flag(context.info.query, 'pretty'), offerFor(context, target, encoding));
    warnIfDeprecated(target, context);
    const result = await (media.format === 'cbor'
      ? servedInCbor(context, target)
      : serveResource(kit, context, target));
    refuseOtherNumber(media, result);
    if (result.kind !== 'watch') return encoder.answer(context, media, result);
    const include = includeObjectOf(first(context.info.query, 'includeObject'));
    const format = watchFormat({ parts: encoding, table, endpoint: result.endpoint, media, include });
    return (isWebSocket(context) ? watchMessages : watchAnswer)(context, format, result.plan, open);
  };

  /** Refusals in CBOR come from what serves resources only; all that stands before it speaks other forms. */
  const servedInCbor = async (context: Context, target: Target): Promise<Result> => {
    try {
      return await serveResource(kit, context, target);
    } catch (failure) {
      if (!isStatusError(failure) || isOfRouter(failure, context, target)) throw failure;
      return { kind: 'answer', answer: encoder.refusal(context, failure, true) };
    }
  };

  const serve = compose<Answer>(
    [
      count(parts.metrics, turns.clock),
      deadline(turns),
      authenticate(parts.authenticator),
      // Audit belongs here once it is built.
      ...(parts.impersonate === undefined ? [] : [impersonating<Answer>(parts.impersonate)]),
      fairness(limits.inFlight),
      authorize(parts.authorizer),
    ],
    answer,
  );
  const serveInside = compose<Result>([authorize(parts.authorizer)], async (context) => {
    const target = targetOf(kit, context.info);
    if (target === undefined) throw noSuchPath();
    return serveResource(kit, context, target);
  });

  return {
    async serve(request) {
      const warnings: string[] = [];
      try {
        return await serve(contextOf(request, warnings));
      } catch (failure) {
        const refused = asRefusal(failure, (bug) => log.error('a request failed', { bug, target: request.target }));
        return encoder.refusal({ headers: request.headers, warnings }, refused);
      }
    },
    async call(request) {
      const context = insideContext(request);
      const result = await serveInside(context);
      const status =
        result.kind === 'list' ? 200 : result.kind === 'watch' || result.kind === 'answer' ? 0 : result.status;
      if (status === 0)
        throw badRequest(`${request.method} ${request.target} answers no object: it cannot be called from inside`);
      return { status, object: valueOf(result), warnings: context.warnings };
    },
    async watch(request, sink) {
      const context = insideContext(request);
      const result = await serveInside(context);
      if (result.kind !== 'watch') throw badRequest(`${request.target} is no watch`);
      watchInside(context, result.endpoint, result.plan, open, sink, turns);
    },
  };
}

/** Upstream's router, which speaks no CBOR, refuses patches of a type that no built-in kind takes. */
const isOfRouter = ({ code }: StatusError, { method }: Context, { definition }: Target): boolean =>
  code === 415 && method === 'PATCH' && !isCustom(definition);

/** Of what can be done at all. */
function warnIfDeprecated({ definition, version, subresource }: Target, { info, warnings }: Context): void {
  if (subresource === '' && !definition.verbs.some((verb) => verb === info.verb)) return;
  for (const served of definition.versions) {
    if (served.version === version && served.deprecated !== undefined) warnings.push(served.deprecated);
  }
}

/** Throws a StatusError (406) where the metadata of one was asked and there are many, or the other way round. */
function refuseOtherNumber({ as }: Media, { kind }: Result): void {
  if (as?.kind === 'PartialObjectMetadataList' && (kind === 'entry' || kind === 'object'))
    throw notAcceptable('you requested PartialObjectMetadataList, but the requested object is not a list');
  if (as?.kind === 'PartialObjectMetadata' && kind === 'list')
    throw notAcceptable('you requested PartialObjectMetadata, but the requested object is a list');
}

const PLAIN: Media = { format: 'json', pretty: false };

/** Whose status upstream has no table of, though it has one of the object. */
const PLAIN_STATUS = new Set([
  'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices',
  'resource.k8s.io/resourceclaims',
]);

/** Upstream gives tables of what it has a printer for. Reviews are answers, not objects that could be shown in one. */
function hasTable(definition: ResourceDefinition, subresource: string): boolean {
  if (!definition.verbs.includes('list')) return false;
  if (subresource === 'scale') return true;
  if (subresource === 'status') return !PLAIN_STATUS.has(`${definition.group}/${definition.resource}`);
  return subresource === '';
}

function offerFor({ info }: Context, { definition, subresource }: Target, { yaml, cbor }: EncoderParts): Offer {
  const stream = info.verb === 'watch';
  return {
    protobuf: !isCustom(definition),
    ...(isCustom(definition) ? { namesProtobuf: true } : {}),
    yaml: yaml !== undefined,
    cbor,
    transforms: true,
    tables: hasTable(definition, subresource),
    // What is read is found, or not, before it matters that it is one or many.
    either: info.verb === 'get' || info.verb === 'list',
    single: info.verb !== 'list' && info.verb !== 'deletecollection',
    stream,
  };
}

/** One hub for each place in the store, made when it is first watched. */
function watchOpener({ registry, store, turns, log }: Parts, { watchBacklog }: Limits): OpenWatch {
  const hubs = new Map<string, { readonly definition: ResourceDefinition; readonly hub: Hub }>();
  // Of a resource that is defined anew or no more the watches end; who still wants to know begins again.
  registry.follow?.((gone) => {
    if (registry.resource(gone.group, gone.resource)?.edition === gone.edition) return;
    for (const [id, { definition, hub }] of hubs) {
      if (definition.edition === undefined || definition.edition !== gone.edition) continue;
      hubs.delete(id);
      hub.end();
    }
  });
  return ({ definition, version }, plan, receiver) => {
    const place = `${definition.storage} ${definition.group}`;
    const id = definition.edition === undefined ? place : `${place} ${version} ${definition.edition}`;
    let known = hubs.get(id);
    if (known === undefined) {
      known = { definition, hub: new Hub(definition, { store, turns, log, backlog: watchBacklog }) };
      hubs.set(id, known);
    }
    return known.hub.open(plan, receiver);
  };
}

function contextOf(request: Request, warnings: string[]): Context {
  const { method, target, headers, peer, signal, upgrade } = request;
  return {
    method,
    target,
    headers,
    peer,
    info: requestInfoOf(method, target),
    user: NOBODY,
    userAgent: headers['user-agent'] ?? '',
    body: { kind: 'bytes', contentType: headers['content-type'] ?? '', read: request.body },
    signal,
    warnings,
    ...(upgrade === undefined ? {} : { upgrade }),
  };
}

const NEVER: AbortSignal = new AbortController().signal;

function insideContext({ user, method, target, object, contentType, userAgent, cause, signal }: LocalRequest): Context {
  const body: Body = { kind: 'value', contentType: contentType ?? '', value: object };
  return {
    method,
    target,
    headers: {},
    peer: INSIDE,
    info: requestInfoOf(method, target),
    user,
    userAgent,
    body,
    signal: () => signal ?? NEVER,
    warnings: [],
    ...(cause === undefined ? {} : { cause }),
  };
}

/** What an in-process caller gets: shared with the store and with all other readers. */
function valueOf(result: Result): KubeObject {
  switch (result.kind) {
    case 'entry':
      return emitted(result.entry, result.endpoint);
    case 'object':
      return result.object;
    case 'list': {
      const { definition, version } = result.endpoint;
      const list: KubeList = {
        kind: definition.listKind,
        apiVersion: definition.group === '' ? version : `${definition.group}/${version}`,
        metadata: listMetaOf(result),
        items: result.entries.map((entry) => emitted(entry, result.endpoint)),
      };
      return list as unknown as KubeObject;
    }
    default:
      throw new Error('no object');
  }
}

function asRefusal(failure: unknown, report: (bug: unknown) => void): StatusError {
  if (isStatusError(failure)) return failure;
  report(failure);
  return internalError(failure instanceof Error ? failure.message : String(failure));
}
