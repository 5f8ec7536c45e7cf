import { pauseProgram, type ImageConfig, type TarEntry } from '#adapters/image';

/** What the images are made of; each is read when an image first needs it. */
export interface Ingredients {
  /** Debian's programs with busybox where they leave a gap. */
  readonly base: () => readonly TarEntry[];
  /** The root of an image that holds busybox alone. */
  readonly busybox: () => readonly TarEntry[];
  /** One of the original's programs by its name; throws where it is not built. */
  readonly program: (name: string) => Uint8Array;
  /** A file of the original's sources, by its path in k8s.io/kubernetes. */
  readonly source: (path: string) => Uint8Array;
}

export interface Recipe {
  readonly name: string;
  readonly reference: string;
  readonly config: ImageConfig;
  /** The lowest first. */
  readonly layers: (of: Ingredients) => readonly (readonly TarEntry[])[];
}

const E2E = 'registry.k8s.io/e2e-test-images';

const file = (path: string, content: Uint8Array | string, mode = 0o644): TarEntry => ({
  path,
  mode,
  content: typeof content === 'string' ? Buffer.from(content) : content,
});

/** Its certificate is the one that the original's source carries. */
const agnhost = ({ program, source }: Ingredients): readonly TarEntry[] => [
  file('agnhost', program('agnhost'), 0o755),
  { path: 'agnhost-2', mode: 0o777, linkTo: 'agnhost' },
  { path: 'uploads/', mode: 0o777 },
  ...['localhost.crt', 'localhost.key'].map((name) => file(name, source(`test/images/agnhost/porter/${name}`))),
];

const picture = ({ source }: Ingredients, image: string): readonly TarEntry[] =>
  ['data.json', `${image}.jpg`].map((name) => file(name, source(`test/images/${image}/html/${name}`)));

const RUNS_AGNHOST = { Entrypoint: ['/agnhost'], Cmd: ['pause'] };

/** The images that the conformance tests run or mount, by the names that they ask for. */
export const RECIPES: readonly Recipe[] = [
  {
    name: 'pause',
    reference: 'registry.k8s.io/pause:3.10.2',
    config: { Entrypoint: ['/pause'], User: '65535:65535' },
    layers: () => [[file('pause', pause(), 0o755)]],
  },
  {
    name: 'busybox',
    reference: `${E2E}/busybox:1.37.0-1`,
    config: { Cmd: ['sh'] },
    layers: ({ busybox }) => [busybox()],
  },
  {
    name: 'agnhost',
    reference: `${E2E}/agnhost:2.63.0`,
    config: RUNS_AGNHOST,
    layers: (of) => [of.base(), agnhost(of)],
  },
  {
    name: 'agnhost-2.55',
    reference: `${E2E}/agnhost:2.55`,
    // A label of its own makes it another image.
    config: { ...RUNS_AGNHOST, Labels: { version: '2.55' } },
    layers: (of) => [of.base(), agnhost(of)],
  },
  {
    name: 'nginx',
    reference: `${E2E}/nginx:1.15-4`,
    config: { Entrypoint: ['/agnhost', 'test-webserver'] },
    layers: ({ program }) => [[file('agnhost', program('agnhost'), 0o755)]],
  },
  {
    name: 'glibc-dns-testing',
    reference: `${E2E}/glibc-dns-testing:2.0.0`,
    config: { Cmd: ['sh'] },
    layers: ({ base }) => [base()],
  },
  {
    name: 'nautilus',
    reference: `${E2E}/nautilus:1.8`,
    config: { Entrypoint: ['/agnhost'], Cmd: ['test-webserver'] },
    layers: (of) => [of.base(), agnhost(of), picture(of, 'nautilus')],
  },
  {
    name: 'kitten',
    reference: `${E2E}/kitten:1.8`,
    config: { Entrypoint: ['/agnhost'], Cmd: ['test-webserver'] },
    layers: (of) => [
      of.base(),
      agnhost(of),
      [...picture(of, 'kitten'), file('etc/os-release', 'NAME="Alpine Linux (a stand-in)"\n')],
    ],
  },
  {
    name: 'nonewprivs',
    reference: `${E2E}/nonewprivs:1.4`,
    config: { Cmd: ['nnp', 'nonewprivs'] },
    layers: ({ busybox, program }) => [busybox(), [file('usr/local/bin/nnp', program('agnhost'), 0o6755)]],
  },
  {
    name: 'etcd',
    reference: 'registry.k8s.io/etcd:3.6.8-0',
    config: { Cmd: ['/usr/local/bin/etcd'] },
    layers: ({ busybox, program }) => [busybox(), [file('usr/local/bin/etcd', program('etcd'), 0o755)]],
  },
  {
    name: 'sample-apiserver',
    reference: `${E2E}/sample-apiserver:1.29.2`,
    config: { Entrypoint: ['/sample-apiserver'] },
    layers: ({ program }) => [[file('sample-apiserver', program('sample-apiserver'), 0o755)]],
  },
];

function pause(): Uint8Array {
  const program = pauseProgram(process.arch);
  if (program === undefined) throw new Error(`there is no pause program for ${process.arch}`);
  return program;
}
