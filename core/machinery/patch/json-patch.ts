import { isObject, type Json, type JsonObject, sameJson, stringify, setField } from '#core/base';
import { badRequest, refusal, type StatusError, tooLarge } from '#core/machinery/status';
import { fieldOf, isList, kindOf, type MutableObject } from './own.ts';

export const MAX_OPERATIONS = 10_000;
/** What all `copy` operations of a patch may add, in characters of JSON. */
export const MAX_COPIED = 3 * 1024 * 1024;

const TEXTS = ['op', 'path', 'from'];

type Container = MutableObject | Json[];

/** A place in the document: a container that may be changed, and the key within. */
interface Place {
  readonly container: Container;
  readonly key: string;
}

/**
 * The document after a JSON patch (RFC 6902). Throws a StatusError. Neither the document nor the patch is changed.
 * Upstream: apiserver/pkg/endpoints/handlers/patch.go.
 */
export function applyJsonPatch(document: Json, operations: Json): Json {
  if (operations === null) return document;
  if (!isList(operations)) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${kindOf(operations)} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  if (operations.length > MAX_OPERATIONS) {
    const allowed = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`;
    throw tooLarge(allowed);
  }
  const draft = new Draft(document);
  for (const operation of operations) {
    if (operation === null) throw refused('Unexpected kind: unknown');
    if (!isObject(operation)) {
      throw badRequest(
        `error decoding patch: json: cannot unmarshal ${kindOf(operation)} into Go value of type handlers.jsonPatchOp`,
      );
    }
    for (const field of TEXTS) {
      const value = fieldOf(operation, field) ?? '';
      if (typeof value !== 'string') {
        throw badRequest(
          `error decoding patch: json: cannot unmarshal ${kindOf(value)} into Go struct field jsonPatchOp.${field} of type string`,
        );
      }
    }
    draft.apply(operation);
  }
  return draft.result();
}

/** What cannot be carried out on this document. Measured: the original says no more than this sentence. */
function refused(_why: string): StatusError {
  return refusal('Invalid', 'the server rejected our request due to an error in our request', {});
}

/** Copies a container the first time it is changed; what is not touched stays shared with the original. */
class Draft {
  document: Json;
  #owned = new Set<Container>();
  /** All containers on the way to what was changed. */
  readonly #touched = new Set<Container>();
  #copied = 0;

  constructor(document: Json) {
    this.document = document;
  }

  /** What the original has opened it writes by name; the rest stays as it was written. */
  result(): Json {
    return this.#byName(this.document);
  }

  #byName(value: Json): Json {
    if (!this.#touched.has(value as Container)) return value;
    if (isList(value)) return value.map((item) => this.#byName(item));
    const object = value as JsonObject;
    const sorted: MutableObject = {};
    for (const key of Object.keys(object).toSorted()) setField(sorted, key, this.#byName(object[key]!));
    return sorted;
  }

  apply(operation: JsonObject): void {
    const kind = fieldOf(operation, 'op');
    switch (kind) {
      case 'add':
        return this.#add(operation);
      case 'remove':
        return this.#remove(operation);
      case 'replace':
        return this.#replace(operation);
      case 'move':
        return this.#move(operation);
      case 'copy':
        return this.#copy(operation);
      case 'test':
        return this.#test(operation);
      default:
        throw refused(`Unexpected kind: ${typeof kind === 'string' ? kind : 'unknown'}`);
    }
  }

  #add(operation: JsonObject): void {
    const path = pathOf(operation, 'path', 'add');
    const place = this.#place(path);
    if (place === undefined)
      throw refused(`add operation does not apply: doc is missing path: "${path}": missing value`);
    insert(place, valueOf(operation), path);
  }

  #remove(operation: JsonObject): void {
    const path = pathOf(operation, 'path', 'remove');
    const place = this.#place(path);
    if (place === undefined)
      throw refused(`remove operation does not apply: doc is missing path: "${path}": missing value`);
    take(place, path, 'remove');
  }

  #replace(operation: JsonObject): void {
    const path = pathOf(operation, 'path', 'replace');
    const value = valueOf(operation);
    if (path === '') {
      if (!isObject(value) && !isList(value)) throw refused('replace operation value must be object or array');
      this.document = value;
      return;
    }
    const place = this.#place(path);
    if (place === undefined)
      throw refused(`replace operation does not apply: doc is missing path: ${path}: missing value`);
    const { container, key } = place;
    if (Array.isArray(container)) {
      const index = indexIn(container, key, container.length);
      if (index === undefined)
        throw refused(`replace operation does not apply: doc is missing key: ${path}: missing value`);
      container[index] = value;
      return;
    }
    // A field that is not there is set all the same; only list items must exist.
    setField(container, key, value);
  }

  #move(operation: JsonObject): void {
    const from = pathOf(operation, 'from', 'move');
    const source = this.#place(from);
    if (source === undefined)
      throw refused(`move operation does not apply: doc is missing from path: ${from}: missing value`);
    const value = take(source, source.key, 'move');
    const path = pathOf(operation, 'path', 'move');
    const place = this.#place(path);
    if (place === undefined) {
      throw refused(`move operation does not apply: doc is missing destination path: ${path}: missing value`);
    }
    insert(place, value, path);
  }

  #copy(operation: JsonObject): void {
    const from = pathOf(operation, 'from', 'copy');
    const source = this.#find(from);
    if (source === undefined)
      throw refused(`copy operation does not apply: doc is missing from path: ${from}: missing value`);
    // A field that is not there is copied as null.
    const value = valueAt(source, 'copy for from', from) ?? null;
    this.#copied += stringify(value).length;
    if (this.#copied > MAX_COPIED) {
      throw refused(
        `Unable to complete the copy, the accumulated size increase of copy is ${this.#copied}, exceeding the limit ${MAX_COPIED}`,
      );
    }
    // The value now stands in two places: neither may be changed in place any more.
    this.#owned = new Set();
    const path = pathOf(operation, 'path', 'copy');
    const place = this.#place(path);
    if (place === undefined) {
      throw refused(`copy operation does not apply: doc is missing destination path: ${path}: missing value`);
    }
    insert(place, value, path);
  }

  #test(operation: JsonObject): void {
    const path = pathOf(operation, 'path', 'test');
    const wanted = fieldOf(operation, 'value') ?? null;
    const place = this.#find(path);
    if (path !== '' && place === undefined)
      throw refused(`test operation does not apply: is missing path: ${path}: missing value`);
    const value = place === undefined ? this.document : valueAt(place, 'test for path', path);
    if (!sameJson(value ?? null, wanted)) throw refused(`testing value ${path} failed: test failed`);
  }

  /** The container that holds the path's last key, to be read; `undefined` where there is none. */
  #find(path: string): Place | undefined {
    const keys = keysOf(path);
    if (keys === undefined) return undefined;
    const last = keys.pop()!;
    let value: Json | undefined = this.document;
    for (const key of keys) value = child(value, key);
    return typeof value === 'object' && value !== null ? { container: value as Container, key: last } : undefined;
  }

  /** The container that holds the path's last key, owned by this draft; `undefined` where there is none. */
  #place(path: string): Place | undefined {
    const keys = keysOf(path);
    if (keys === undefined) return undefined;
    const last = keys.pop()!;
    let container = this.#own(this.document);
    if (container === undefined) return undefined;
    this.document = container;
    for (const key of keys) {
      const inner = this.#own(child(container, key));
      if (inner === undefined) return undefined;
      if (Array.isArray(container)) container[indexIn(container, key, container.length)!] = inner;
      else setField(container, key, inner);
      container = inner;
    }
    return { container, key: last };
  }

  #own(value: Json | undefined): Container | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    if (this.#owned.has(value as Container)) return value as Container;
    const copy: Container = isList(value) ? [...value] : { ...(value as JsonObject) };
    this.#owned.add(copy);
    this.#touched.add(copy);
    return copy;
  }
}

function pathOf(operation: JsonObject, name: 'path' | 'from', kind: string): string {
  const path = fieldOf(operation, name);
  if (typeof path === 'string') return path;
  throw refused(`${kind} operation failed to decode ${name}: operation missing ${name} field: missing value`);
}

const valueOf = (operation: JsonObject): Json => fieldOf(operation, 'value') ?? null;

/** What stands before the first slash is of no account. */
function keysOf(path: string): string[] | undefined {
  const parts = path.split('/');
  return parts.length < 2 ? undefined : parts.slice(1).map(unescapeKey);
}

const unescapeKey = (key: string): string =>
  key.includes('~') ? key.replaceAll('~1', '/').replaceAll('~0', '~') : key;

function child(value: Json | undefined, key: string): Json | undefined {
  if (isList(value)) {
    const index = indexIn(value, key, value.length);
    return index === undefined ? undefined : value[index];
  }
  return isObject(value) ? fieldOf(value, key) : undefined;
}

/** A list index below `limit`; negative ones count from the end. */
function indexIn(list: readonly Json[], key: string, limit: number): number | undefined {
  if (!/^[+-]?[0-9]+$/.test(key)) return undefined;
  const index = Number(key);
  const place = index < 0 ? index + limit : index;
  return place >= 0 && place < limit && place <= list.length ? place : undefined;
}

/** The value there, if any; a list must have such an item. */
function valueAt({ container, key }: Place, what: string, path: string): Json | undefined {
  if (!Array.isArray(container)) return fieldOf(container, key);
  const index = indexIn(container, key, container.length);
  if (index === undefined) throw refused(`error in ${what}: '${path}': ${badIndex(key)}`);
  return container[index];
}

function badIndex(key: string): string {
  return /^[+-]?[0-9]+$/.test(key)
    ? `Unable to access invalid index: ${Number(key)}: invalid index referenced`
    : `value was not a proper array index: '${key}': strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`;
}

function insert({ container, key }: Place, value: Json, path: string): void {
  if (!Array.isArray(container)) return setField(container, key, value);
  if (key === '-') {
    container.push(value);
    return;
  }
  const index = indexIn(container, key, container.length + 1);
  if (index === undefined) throw refused(`error in add for path: '${path}': ${badIndex(key)}`);
  container.splice(index, 0, value);
}

/** Removes and gives what lies there. */
function take({ container, key }: Place, path: string, kind: string): Json {
  if (Array.isArray(container)) {
    const index = indexIn(container, key, container.length);
    if (index === undefined) throw refused(`error in ${kind} for path: '${path}': ${badIndex(key)}`);
    return container.splice(index, 1)[0]!;
  }
  const value = fieldOf(container, key);
  if (value === undefined) {
    throw refused(`error in ${kind} for path: '${path}': Unable to remove nonexistent key: ${key}: missing value`);
  }
  delete container[key];
  return value;
}
