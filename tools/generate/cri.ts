/**
 * Writes adapters/cri/data/services.json: the messages and methods that Kubernode uses of a container runtime's interface,
 * in the form that protobuf libraries load without a parser, so that a node's agent starts sooner and smaller. Needs Go and
 * its module cache; run it where CRI changes:
 *
 *     node tools/generate/cri.ts
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const MODULE = 'k8s.io/cri-api@v0.36.1';
const METHODS = {
  RuntimeService: `Version Status RunPodSandbox StopPodSandbox RemovePodSandbox PodSandboxStatus ListPodSandbox
    CreateContainer StartContainer StopContainer RemoveContainer ListContainers ContainerStatus UpdateContainerResources
    ReopenContainerLog ExecSync Exec Attach PortForward ListContainerStats`,
  ImageService: 'ListImages ImageStatus PullImage RemoveImage',
};
/** containerd's event service, as far as it is used: field numbers from github.com/containerd/containerd, api/services/events/v1. */
const EVENTS = {
  Events: {
    methods: { Subscribe: { requestType: 'SubscribeRequest', responseType: 'Envelope', responseStream: true } },
  },
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

interface Message {
  readonly fields?: Readonly<Record<string, { readonly type: string; readonly keyType?: string }>>;
  readonly methods?: Readonly<Record<string, { readonly requestType: string; readonly responseType: string }>>;
  readonly nested?: Readonly<Record<string, Message>>;
}

const fromLoader = createRequire(createRequire(import.meta.url).resolve('@grpc/proto-loader'));
const { Root } = fromLoader('protobufjs') as {
  Root: new () => { loadSync(file: string, options: object): void; toJSON(): Message };
};
const root = new Root();
const folder = (
  JSON.parse(execFileSync('go', ['mod', 'download', '-json', MODULE], { encoding: 'utf8' })) as { Dir: string }
).Dir;
root.loadSync(join(folder, 'pkg/apis/runtime/v1/api.proto'), { keepCase: true });
const whole = root.toJSON().nested!['runtime']!.nested!['v1']!.nested!;

const kept = new Map<string, Message>();
/** Keeps a type and all that its fields are made of; a type nested in another is kept with it. */
function keep(name: string): void {
  const top = name.split('.')[0]!;
  const message = whole[top];
  if (message === undefined || kept.has(top)) return;
  kept.set(top, message);
  const walk = (one: Message): void => {
    for (const { type } of Object.values(one.fields ?? {})) keep(type);
    for (const inner of Object.values(one.nested ?? {})) walk(inner);
  };
  walk(message);
}
for (const [service, names] of Object.entries(METHODS)) {
  const methods = Object.fromEntries(names.split(/\s+/).map((name) => [name, whole[service]!.methods![name]!]));
  kept.set(service, { methods });
  for (const { requestType, responseType } of Object.values(methods)) {
    keep(requestType);
    keep(responseType);
  }
}

const lines = (types: Iterable<readonly [string, unknown]>) =>
  [...types].map(([name, one]) => `${JSON.stringify(name)}: ${JSON.stringify(one)}`).join(',\n');
writeFileSync(
  join(import.meta.dirname, '../../adapters/cri/data/services.json'),
  `{"nested": {
"runtime": {"nested": {"v1": {"nested": {
${lines(kept)}
}}}},
"containerd": {"nested": {"services": {"nested": {"events": {"nested": {"v1": {"nested": {
${lines(Object.entries(EVENTS))}
}}}}}}}}
}}
`,
);
