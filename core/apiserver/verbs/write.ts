import type { JsonObject } from '#core/base';
import type { ResourceDefinition, StrategyContext } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import { serviceUnavailable, timeout } from '#core/machinery/status';
import type { Entry, Guard, Revision, Write as StoreWrite } from '#core/store';
import type { Context } from '../context.ts';
import { keyOf } from '../watch/range.ts';
import type { Accompaniment, Allocation, AdmissionAttributes, Operation } from '../seams.ts';
import type { Kit, Target } from './kit.ts';

/** One write on its way: who, what, and under which options. */
export interface Writing {
  readonly kit: Kit;
  readonly context: Context;
  readonly target: Target;
  readonly dryRun: boolean;
  readonly manager: string;
  /** CreateOptions and their kin, for admission. */
  readonly options: JsonObject;
  /** What was sent holds empty lists, maps or bytes, which go when it is stored. */
  readonly hollow?: boolean | undefined;
}

export const strategyContext = ({ kit, context, target }: Writing): StrategyContext => ({
  now: kit.now(),
  subresource: target.subresource,
  gates: kit.parts.gates,
  user: context.user.name,
  warn: (text) => void context.warnings.push(text),
  namespaceLabels: () => {
    const namespaces = kit.parts.registry.resource('', 'namespaces');
    const entry = namespaces && kit.parts.store.latest(keyOf(namespaces, '', target.namespace));
    return entry?.object.metadata.labels ?? {};
  },
});

function attributes(
  { context, target, dryRun, options }: Writing,
  operation: Operation,
  object: KubeObject | undefined,
  old: KubeObject | undefined,
): AdmissionAttributes {
  const { definition, version, subresource, namespace, name } = target;
  return {
    definition,
    version,
    subresource,
    operation,
    namespace,
    name: name === '' ? (object?.metadata.name ?? '') : name,
    object,
    old,
    user: context.user,
    dryRun,
    options,
    warn: (text) => void context.warnings.push(text),
  };
}

/** Lets every plugin change the object. Throws what a plugin refuses. */
export async function admit(
  writing: Writing,
  operation: Operation,
  object: KubeObject | undefined,
  old: KubeObject | undefined,
): Promise<KubeObject | undefined> {
  const { definition, subresource } = writing.target;
  let current = attributes(writing, operation, object, old);
  for (const plugin of writing.kit.parts.admission) {
    if (plugin.admit === undefined || !plugin.handles(operation, definition, subresource)) continue;
    const admitting = plugin.admit(current);
    const admitted = admitting instanceof Promise ? await admitting : admitting;
    if (admitted !== current.object) current = attributes(writing, operation, admitted, old);
  }
  return current.object;
}

/** Lets every plugin refuse the object as it is about to be stored. */
export async function validateAdmission(
  writing: Writing,
  operation: Operation,
  object: KubeObject | undefined,
  old: KubeObject | undefined,
): Promise<void> {
  const { definition, subresource } = writing.target;
  const told = attributes(writing, operation, object, old);
  for (const plugin of writing.kit.parts.admission) {
    if (plugin.validate === undefined || !plugin.handles(operation, definition, subresource)) continue;
    const done = plugin.validate(told);
    if (done instanceof Promise) await done;
  }
}

/**
 * What a write starts from: the newest, durable or not, as it is committed together with it or not at all. A dry run commits
 * nothing and shows only what is durable.
 */
export const current = ({ kit: { parts }, target, dryRun }: Writing): Entry | undefined =>
  dryRun ? parts.store.get(target.key) : parts.store.latest(target.key);

/** Makes stored objects ready to be read where somebody else converts them; nothing to wait for elsewhere. Rejects with a StatusError. */
export const prepared = ({ stored }: ResourceDefinition, entries: readonly Entry[]): Promise<void> | undefined =>
  stored?.prepare?.read(entries.map(({ object }) => object));

/** What goes along with a write, from everybody who keeps something in step. */
export interface Companions {
  readonly object: KubeObject | undefined;
  readonly guards: readonly Guard[];
  readonly writes: readonly StoreWrite[];
  settled(committed: boolean): void;
}

/** Nothing goes along. */
export const NOBODY: Companions = { object: undefined, guards: [], writes: [], settled() {} };

export async function accompany(
  { kit, context, target, dryRun }: Writing,
  object: KubeObject | undefined,
  old: KubeObject | undefined,
): Promise<Companions> {
  const all: Accompaniment[] = [];
  const settled = (committed: boolean) => {
    for (const one of all) one.settled?.(committed);
  };
  let current = object;
  try {
    for (const allocation of concerned(kit.parts.allocations, target.definition)) {
      const { definition, subresource } = target;
      const one = await allocation.accompany({
        definition,
        subresource,
        object: current,
        old,
        dryRun,
        user: context.user,
      });
      all.push(one);
      if (current !== undefined) current = one.object ?? current;
    }
  } catch (failure) {
    settled(false);
    throw failure;
  }
  return {
    object: current,
    guards: all.flatMap(({ guards = [] }) => guards),
    writes: all.flatMap(({ writes = [] }) => writes),
    settled,
  };
}

const concerned = (
  allocations: readonly Allocation[] | undefined,
  definition: ResourceDefinition,
): readonly Allocation[] => (allocations === undefined ? [] : allocations.filter((one) => one.concerns(definition)));

export type Committed =
  | { readonly done: true; readonly entry: Entry | undefined; readonly revision: Revision }
  /** Somebody else wrote: the object itself, or something that went along. */
  | { readonly done: false; readonly own: boolean };

/** Writes the object (or removes it) if it is still as it was at `revision`; 0 means that there was none. */
export async function commit(
  { kit, context, target, manager }: Writing,
  object: KubeObject | undefined,
  revision: Revision,
  companions: Companions,
  key = target.key,
): Promise<Committed> {
  const { expiresAfter, stored } = target.definition;
  const { cause, expiry, user, info } = context;
  let committed = false;
  try {
    if (object !== undefined && stored?.prepare !== undefined) await stored.prepare.write(object);
    // Its client was told that it did not complete, and may have asked again.
    if (expiry?.isOver === true) throw timeout('request did not complete within the allotted timeout');
    const outcome = await kit.parts.store.commit({
      guards: [{ key, revision }, ...companions.guards],
      writes: [
        {
          key,
          object: object === undefined || stored === undefined ? object : stored.write(object),
          ...(expiresAfter === undefined || object === undefined ? {} : { expiresAfter }),
        },
        ...companions.writes,
      ],
      cause: { user: user.name, verb: info.verb, manager, ...(cause === undefined ? {} : { reason: cause }) },
    });
    if (outcome.ok) {
      committed = true;
      const [written] = outcome.entries;
      if (written !== undefined && stored?.prepare !== undefined) await prepared(target.definition, [written]);
      return { done: true, entry: outcome.entries[0], revision: outcome.revision };
    }
    if (outcome.reason === 'unavailable') throw serviceUnavailable(outcome.message);
    return { done: false, own: outcome.key === key };
  } finally {
    companions.settled(committed);
  }
}

/**
 * Resolves once what `latest` shows of a key is durable: a refusal because of it must not speak of a write that may yet be
 * lost. Throws a StatusError (503) when it was.
 */
export async function settle({ parts: { store } }: Kit, key: string): Promise<void> {
  if (store.latest(key) === store.get(key)) return;
  const outcome = await store.commit({ guards: [], writes: [] });
  if (!outcome.ok && outcome.reason === 'unavailable') throw serviceUnavailable(outcome.message);
}

/**
 * Whether nobody wrote since an entry was read, known once that is durable: for answers that write nothing. Throws a
 * StatusError (503) when the entry was lost.
 */
export async function stands(kit: Kit, entry: Entry): Promise<boolean> {
  const { store } = kit.parts;
  if (store.get(entry.key) === entry) return true;
  if (store.latest(entry.key) !== entry) return false;
  await settle(kit, entry.key);
  return true;
}
