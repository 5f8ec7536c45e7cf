import type { JsonObject } from '#core/base';
import type { RequestStep, Step } from '../differential/scenario.ts';

/** Writes of one object or a few, in order, and reads between them; each answer is compared. */
export interface History {
  readonly it: string;
  readonly steps: readonly Step[];
  /** The times of managed fields are told apart by the step that set them; its steps stand seconds apart. */
  readonly timed?: boolean;
}

interface More {
  readonly name?: string;
  readonly subresource?: string;
  readonly force?: boolean;
  /** Further parameters: `dryRun=All`. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is asked of one resource, by managers with a name; `''` sends none. */
export interface Subject {
  create(manager: string, object: JsonObject, more?: More): RequestStep;
  update(manager: string, object: JsonObject, more?: More): RequestStep;
  apply(manager: string, object: JsonObject | string, more?: More): RequestStep;
  merge(manager: string, patch: JsonObject | string, more?: More): RequestStep;
  strategic(manager: string, patch: JsonObject | string, more?: More): RequestStep;
  json(manager: string, operations: readonly JsonObject[] | string, more?: More): RequestStep;
  get(more?: More): RequestStep;
  remove(more?: More): RequestStep;
}

const TYPES = {
  apply: 'application/apply-patch+yaml',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;

/** A resource of the history's own namespace, or of the cluster, where objects bear the namespace's name. */
export function subject(apiVersion: string, kind: string, resource: string, ofCluster = false): Subject {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const path = ofCluster ? `${root}/${resource}` : `${root}/namespaces/{{ns}}/${resource}`;
  const known = ofCluster ? '{{ns}}' : 'x';
  const at = ({ name = known, subresource }: More) =>
    `${path}/${name}${subresource === undefined ? '' : `/${subresource}`}`;
  const query = (manager: string, { force, query: further }: More) => {
    const all = [
      ...(manager === '' ? [] : [`fieldManager=${manager}`]),
      ...(force === undefined ? [] : [`force=${force}`]),
      ...(further === undefined ? [] : [further]),
    ];
    return all.length === 0 ? '' : `?${all.join('&')}`;
  };
  const whole = (object: JsonObject, { name = known }: More): JsonObject => ({
    apiVersion,
    kind,
    ...object,
    metadata: { name, ...(object['metadata'] as JsonObject | undefined) },
  });
  const more = ({ headers }: More) => (headers === undefined ? {} : { headers });
  const patch =
    (type: keyof typeof TYPES): Subject['merge'] =>
    (manager, body, options = {}) => ({
      method: 'PATCH',
      path: `${at(options)}${query(manager, options)}`,
      headers: { 'content-type': TYPES[type], ...options.headers },
      body: type === 'apply' && typeof body !== 'string' ? whole(body, options) : body,
    });
  return {
    create: (manager, object, options = {}) => ({
      method: 'POST',
      path: `${path}${query(manager, options)}`,
      body: whole(object, options),
      ...more(options),
    }),
    update: (manager, object, options = {}) => ({
      method: 'PUT',
      path: `${at(options)}${query(manager, options)}`,
      body: whole(object, options),
      ...more(options),
    }),
    apply: patch('apply'),
    merge: patch('merge'),
    strategic: patch('strategic'),
    json: patch('json') as Subject['json'],
    get: (options = {}) => ({ method: 'GET', path: at(options), ...more(options) }),
    remove: (options = {}) => ({ method: 'DELETE', path: `${at(options)}${query('', options)}`, ...more(options) }),
  };
}
