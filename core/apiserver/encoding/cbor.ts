import { concat, type Json, type JsonObject, parseJson } from '#core/base';
import type { Registry } from '#core/api/definition';
import { encodeCbor, mapHead, SELF_DESCRIBED } from '#core/machinery/cbor';
import { parseApiVersion } from '#core/machinery/object';
import type { ObjectSchema } from '#core/machinery/schema';

/** An object in CBOR, from its JSON. */
export function cborOf(registry: Registry, json: Uint8Array): readonly Uint8Array[] {
  const { value } = parseJson(json);
  return [SELF_DESCRIBED, encodeCbor(value, ownSchema(registry, value as JsonObject))];
}

/** An event of a watch, from its object's JSON. */
export const cborFrame = (registry: Registry, type: string, object: readonly Uint8Array[]): Uint8Array =>
  concat([
    SELF_DESCRIBED,
    mapHead(2),
    ...field('type', type),
    encodeCbor('object'),
    ...cborOf(registry, concat(object)),
  ]);

function ownSchema(registry: Registry, { kind, apiVersion }: JsonObject): ObjectSchema | undefined {
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') return undefined;
  const { group, version } = parseApiVersion(apiVersion);
  return builtIn(registry.schema(group, version, kind));
}

/** A field as it stands in a map. */
export const field = (name: string, value: Json): readonly Uint8Array[] => [encodeCbor(name), encodeCbor(value)];

/** Custom resources are JSON whatever their schema says: their bytes are texts. */
export const builtIn = (schema: ObjectSchema | undefined): ObjectSchema | undefined =>
  schema?.structural === true ? undefined : schema;
