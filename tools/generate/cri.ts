/**
 * Writes adapters/cri/data/messages.json: the messages that Kubernode exchanges with a container runtime, in the form of
 * facts in which the schemas of kinds are kept, so that a node's agent needs no protobuf library. Needs Go and its module
 * cache; run it where CRI or what is asked of it changes:
 *
 *     node tools/generate/cri.ts
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { METHODS } from '../../adapters/cri/methods.ts';

const MODULE = 'k8s.io/cri-api@v0.36.1';
/** containerd's event service, as far as it is used: field numbers from github.com/containerd/containerd, api/services/events/v1. */
const EVENTS: Readonly<Record<string, Message>> = {
  SubscribeRequest: { fields: { filters: { rule: 'repeated', type: 'string', id: 1 } } },
  Envelope: {
    fields: {
      namespace: { type: 'string', id: 2 },
      topic: { type: 'string', id: 3 },
      event: { type: 'Any', id: 4 },
    },
  },
  Any: { fields: { type_url: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } },
};
/** The project's names for protobuf's types; numbers of every width and sign are written alike. */
const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  bytes: 'bytes',
  bool: 'boolean',
  double: 'float64',
  int32: 'int32',
  int64: 'int64',
  uint32: 'int64',
  uint64: 'int64',
};

interface Message {
  readonly fields?: Readonly<Record<string, MessageField>>;
  /** Of an enumeration: it travels as a number. */
  readonly values?: Readonly<Record<string, number>>;
  readonly nested?: Readonly<Record<string, Message>>;
}

interface MessageField {
  readonly type: string;
  readonly id: number;
  readonly rule?: string;
  readonly keyType?: string;
}

// The library comes with the gRPC library.
const above = (library: string, from: string) => createRequire(createRequire(from).resolve(library));
const { Root } = above('@grpc/proto-loader', createRequire(import.meta.url).resolve('@grpc/grpc-js'))('protobufjs') as {
  Root: new () => { loadSync(file: string, options: object): void; toJSON(): Message };
};
const root = new Root();
const folder = (
  JSON.parse(execFileSync('go', ['mod', 'download', '-json', MODULE], { encoding: 'utf8' })) as { Dir: string }
).Dir;
root.loadSync(join(folder, 'pkg/apis/runtime/v1/api.proto'), { keepCase: true });
const whole = { ...root.toJSON().nested!['runtime']!.nested!['v1']!.nested!, ...EVENTS };

const definitions = new Map<string, object>();
/** A type's name in the facts; what a message is made of is kept with it. */
function typeOf(name: string, within: Message): string {
  const scalar = SCALARS[name];
  if (scalar !== undefined) return scalar;
  const message = within.nested?.[name] ?? whole[name];
  if (message === undefined) throw new Error(`no message ${name}`);
  if (message.values !== undefined) return 'int32';
  keep(name, message);
  return name;
}

function keep(name: string, message: Message): void {
  if (definitions.has(name)) return;
  definitions.set(name, {});
  const fields = Object.entries(message.fields ?? {}).map(([field, { type, id, rule, keyType }]) => {
    const known = typeOf(type, message);
    const shape = rule === 'repeated' ? '[]' : keyType === undefined ? '' : '{}';
    // An absent message differs from an empty one.
    return [field, `${shape}${known}`, id, shape === '' && definitions.has(known) ? 'p' : ''];
  });
  definitions.set(name, { fields });
}

for (const { request, response } of METHODS.values()) for (const name of [request, response]) typeOf(name, {});

const lines = [...definitions].map(([name, one]) => `${JSON.stringify(name)}: ${JSON.stringify(one)}`).join(',\n');
writeFileSync(
  join(import.meta.dirname, '../../adapters/cri/data/messages.json'),
  `{"kinds": {}, "definitions": {\n${lines}\n}}\n`,
);
