import { decodeProto, encodeProto } from '#core/machinery/protobuf';
import { schemaSource } from '#core/machinery/schema';
import { METHODS } from './methods.ts';

/** A method, and its messages as objects: field names as in CRI's api.proto. */
export interface Method {
  readonly path: string;
  write(request: object): Buffer;
  read(response: Uint8Array): object;
}

/** CRI's Go package, by which the facts name its messages. */
const HOME = 'runtime/v1';

/** Finds methods by their name. `facts` is the text of data/messages.json; what is not asked for is not built. */
export function methodsOf(facts: string): (name: string) => Method {
  const schemas = schemaSource({ [HOME]: facts });
  const known = new Map<string, Method>();
  return (name) => {
    let method = known.get(name);
    if (method === undefined) {
      const found = METHODS.get(name);
      if (found === undefined) throw new Error(`CRI has no method ${name}`);
      const request = schemas.definition(`${HOME}.${found.request}`);
      const response = schemas.definition(`${HOME}.${found.response}`);
      method = {
        path: found.path,
        write: (value) => {
          const { buffer, byteOffset, byteLength } = encodeProto(request, value);
          return Buffer.from(buffer, byteOffset, byteLength);
        },
        read: (bytes) => decodeProto(response, bytes),
      };
      known.set(name, method);
    }
    return method;
  };
}
