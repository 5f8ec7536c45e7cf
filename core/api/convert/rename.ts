import { builtInSchemas } from '#core/api/definition';
import type { Json, JsonObject } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { normalise } from '#core/machinery/schema';

/** A kind of one version, as conversions make it. */
export interface Form {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export const apiVersionOfForm = ({ group, version }: Form): string => (group === '' ? version : `${group}/${version}`);

/** The fields as an object of this form, in its order and with its zero values. */
export function formed(form: Form, fields: JsonObject): KubeObject {
  const schema = builtInSchemas.kind(form.group, form.version, form.kind);
  if (schema === undefined) throw new Error(`no facts of ${apiVersionOfForm(form)} ${form.kind}`);
  const object = { ...fields, kind: form.kind, apiVersion: apiVersionOfForm(form) };
  return normalise(schema, object, 'given').value as unknown as KubeObject;
}

/** The same fields, some of them under other names. */
export function renamed(object: KubeObject, names: Readonly<Record<string, string>>): JsonObject {
  const fields: Record<string, Json> = {};
  for (const [name, value] of Object.entries(object as unknown as JsonObject)) {
    fields[Object.hasOwn(names, name) ? names[name]! : name] = value;
  }
  return fields;
}
