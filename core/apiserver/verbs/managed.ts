import type { JsonObject } from '#core/base';
import type { ManagedWrite } from '#core/machinery/apply';
import { apiVersionOf, type KubeObject, parseApiVersion } from '#core/machinery/object';
import { timeOf } from '#core/machinery/values';
import { inVersion } from '../encoding/emit.ts';
import { schemaOf } from '../encoding/lists.ts';
import type { Writing } from './write.ts';

/** What field management is told of a write. */
export function managedWrite({ kit, target, manager }: Writing): ManagedWrite {
  const { definition, version, subresource } = target;
  const { strategy, versions, convert, kind } = definition;
  const isKnown = (apiVersion: string): boolean => {
    const { group, version: wanted } = parseApiVersion(apiVersion);
    return group === definition.group && kit.parts.registry.schema(group, wanted, kind) !== undefined;
  };
  return {
    schema: schemaOf(target),
    apiVersion: apiVersionOf(definition.group, version),
    manager,
    subresource,
    now: timeOf(kit.now()),
    resetFields: strategy.resetFields?.[subresource],
    intern: kit.intern,
    ...(convert === undefined || versions.length < 2
      ? { isKnown }
      : {
          inVersion: (apiVersion: string, object: JsonObject) => {
            const { group, version: wanted } = parseApiVersion(apiVersion);
            const served = versions.find((one) => one.version === wanted && group === definition.group);
            if (served === undefined) return undefined;
            const converted = inVersion(definition, object as unknown as KubeObject, wanted);
            return { schema: served.schema, object: converted as unknown as JsonObject };
          },
        }),
  };
}
