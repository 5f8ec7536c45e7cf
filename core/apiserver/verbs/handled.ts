import type { JsonObject } from '#core/base';
import { managedOnUpdate } from '#core/machinery/apply';
import { apiVersionOf, type KubeObject } from '#core/machinery/object';
import { normalise, type ObjectSchema } from '#core/machinery/schema';
import { noSuchPath, notFound, refusal } from '#core/machinery/status';
import type { Context, Result } from '../context.ts';
import { decodeObject, settleDoubts } from '../encoding/decode.ts';
import type { Expected } from '../encoding/expected.ts';
import { isCustom } from '../encoding/emit.ts';
import type { HandlerContext, ReviewHandler, SubresourceHandler } from '../seams.ts';
import { withoutSystemFields } from './create.ts';
import { asObject, defaulted, expectedOf, inNamespace, sentObject } from './decode.ts';
import { type Kit, named, type Target, type VerbHandler } from './kit.ts';
import { managedWrite } from './managed.ts';
import { writeOptions, type WriteOptions } from './options.ts';
import { withoutTwinOwners } from './owners.ts';
import { admit, validateAdmission, type Writing } from './write.ts';

const handlerContext = (context: Context, target: Target, options: WriteOptions): HandlerContext => ({
  user: context.user,
  definition: target.definition,
  version: target.version,
  namespace: target.namespace,
  name: target.name,
  dryRun: options.dryRun,
  options: options.asSent,
  warn: (text) => void context.warnings.push(text),
});

/** A create that is answered and stored nowhere: the reviews. */
export const review =
  (handler: ReviewHandler): VerbHandler =>
  async (kit, context, target) => {
    const options = writeOptions(context, 'CreateOptions');
    const { object: sent, hollow } = await sentObject(kit, context, target, options.fieldValidation);
    const { dryRun, manager, asSent } = options;
    const writing: Writing = { kit, context, target, dryRun, manager, options: asSent };
    const single = withoutTwinOwners(inNamespace(sent, target), context.warnings, false);
    const next = defaulted(kit, target, withoutSystemFields(single, target, true));
    const object = managedOnUpdate({ ...managedWrite(writing), old: undefined, next, hollow });
    const answer = await handler(object, handlerContext(context, target, options));
    return { kind: 'object', status: 201, endpoint: target, object: inOrder(answer, expectedOf(target).schema) };
  };

const inOrder = (object: KubeObject, schema: ObjectSchema): KubeObject =>
  asObject(normalise(schema, object as unknown as JsonObject, 'written').value);

/** A create on a subresource with a kind of its own; the handler does what it means. */
export const handled =
  (handler: SubresourceHandler): VerbHandler =>
  async (kit, context, target) => {
    const options = writeOptions(context, 'CreateOptions');
    const expected = ownKind(kit, target);
    const sent = await sentOfKind(kit, context, target, expected, options);
    const entry = kit.parts.store.get(target.key);
    if (entry === undefined) throw notFound(named(target));
    const { dryRun, manager, asSent } = options;
    const writing: Writing = { kit, context, target, dryRun, manager, options: asSent };
    const { group, version, schema } = expected;
    const own = { ...managedWrite(writing), schema, apiVersion: apiVersionOf(group, version), isKnown: undefined };
    const next = managedOnUpdate({ ...own, old: undefined, next: sent });
    const admitted = (await admit(writing, 'CREATE', next, undefined))!;
    await validateAdmission(writing, 'CREATE', admitted, undefined);
    const told = { ...handlerContext(context, target, options), version: expected.version, parent: entry.object };
    const answer = await handler(admitted, told);
    if (answer.kind === 'Status') return { kind: 'object', status: 201, object: answer };
    return { kind: 'object', status: 201, endpoint: target, object: inOrder(answer, expected.schema) };
  };

/** The kind that a subresource takes. */
export function ownKind({ parts: { registry } }: Kit, { definition, version, subresource }: Target): Expected {
  const own = definition.subresources.find(({ name }) => name === subresource)?.kind;
  if (own === undefined) throw noSuchPath();
  const group = own.version === '' ? definition.group : own.group;
  const kindVersion = own.version === '' ? version : own.version;
  const schema = registry.schema(group, kindVersion, own.kind);
  if (schema === undefined) throw noSuchPath();
  return { group, version: kindVersion, kind: own.kind, schema };
}

export async function sentOfKind(
  kit: Kit,
  context: Context,
  target: Target,
  expected: Expected,
  { fieldValidation }: WriteOptions,
): Promise<KubeObject> {
  const decoded = await decodeObject(kit, context.body, expected, isCustom(target.definition));
  settleDoubts(decoded, fieldValidation, expected, context.warnings);
  const { group, version, kind } = expected;
  const object = kit.parts.defaults(decoded.object, group, version, kind);
  const sent = asObject(object);
  const type = { kind, apiVersion: apiVersionOf(group, version) };
  return inNamespace(sent.kind === kind ? sent : { ...sent, ...type }, target);
}

/** The success of a call that has nothing else to say. */
export const created = (): Result => ({
  kind: 'object',
  status: 201,
  object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as unknown as KubeObject,
});

/** Something that clients may ask for and this server cannot do (yet): said, not pretended. */
export const notBuilt = (what: string) =>
  refusal('MethodNotAllowed', `${what} is not implemented by this server`, {}, 501);
