import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  busyboxImage,
  imageArchive,
  ociArchitecture,
  pauseProgram,
  type ImageConfig,
  type TarEntry,
} from '#adapters/image';
import { upstreamProgram } from '../common/upstream.ts';
import { busybox } from '../e2e/needs.ts';
import { debianFiles } from './base.ts';

/** How the images differ from those whose names they bear: said beside every result. */
export const DISCLOSURE = [
  'agnhost is built from the Go module on Debian packages and busybox, not on Alpine; 2.55 has the content of 2.63.0',
  "busybox is Debian's 1.35, whose shell, other than 1.37's, drops environment variables with names such as data-1",
  'nginx is agnhost test-webserver: no test tells the difference',
  "pause is Kubernode's own program",
  'kitten, sample-apiserver, etcd and nonewprivs are not made',
];

const E2E = 'registry.k8s.io/e2e-test-images';
const ENV = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

/** Makes the images that the tests run, in a cache; gives their archives. Throws a reason where they cannot be made. */
export function testImages(): readonly string[] {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kubernode/conformance-images');
  mkdirSync(cache, { recursive: true });
  const [shell, agnhost] = [busybox(), upstreamProgram('agnhost')];
  if (shell === undefined) throw new Error('no static busybox (apt-get install busybox-static)');
  if (agnhost === undefined) throw new Error('no agnhost (judges/upstream/build agnhost makes it; needs Go)');

  const made = (name: string, make: () => Buffer): string => {
    const path = join(cache, `${name}.tar`);
    if (!existsSync(path)) writeFileSync(path, make());
    return path;
  };
  const image = (references: readonly string[], config: ImageConfig, layers: readonly (readonly TarEntry[])[]) =>
    imageArchive({ references, config: { Env: ENV, ...config }, layers, architecture: ociArchitecture(process.arch) })
      .bytes;

  let debian: readonly TarEntry[] | undefined;
  const base = () => (debian ??= withBusybox(debianFiles(cache), shell));
  const program: TarEntry[] = [
    { path: 'agnhost', mode: 0o755, content: readFileSync(agnhost) },
    { path: 'agnhost-2', mode: 0o777, linkTo: 'agnhost' },
    { path: 'uploads/', mode: 0o777 },
    ...certificates(),
  ];
  const runs = { Entrypoint: ['/agnhost'], Cmd: ['pause'] };
  return [
    made('pause', () => {
      const pause = pauseProgram(process.arch);
      if (pause === undefined) throw new Error(`there is no pause program for ${process.arch}`);
      const config = { Entrypoint: ['/pause'], User: '65535:65535' };
      return image(['registry.k8s.io/pause:3.10.2'], config, [[{ path: 'pause', mode: 0o755, content: pause }]]);
    }),
    made('busybox', () => busyboxImage([`${E2E}/busybox:1.37.0-1`], shell).bytes),
    made('agnhost', () => image([`${E2E}/agnhost:2.63.0`], runs, [base(), program])),
    // Another label, so that it is another image.
    made('agnhost-2.55', () =>
      image([`${E2E}/agnhost:2.55`], { ...runs, Labels: { version: '2.55' } }, [base(), program]),
    ),
    made('nginx', () =>
      image([`${E2E}/nginx:1.15-4`], { Entrypoint: ['/agnhost', 'test-webserver'] }, [
        [{ path: 'agnhost', mode: 0o755, content: readFileSync(agnhost) }],
      ]),
    ),
    made('glibc-dns-testing', () => image([`${E2E}/glibc-dns-testing:2.0.0`], { Cmd: ['sh'] }, [base()])),
    made('nautilus', () =>
      image([`${E2E}/nautilus:1.8`], { Entrypoint: ['/agnhost'], Cmd: ['test-webserver'] }, [
        base(),
        program,
        [{ path: 'data.json', mode: 0o644, content: Buffer.from('{"image": "nautilus.jpg"}') }],
      ]),
    ),
  ];
}

/** The shell and the small programs are busybox's where no package brought them. */
function withBusybox(files: readonly TarEntry[], shell: string): readonly TarEntry[] {
  const names = new Set(files.map(({ path }) => path.replace(/\/$/, '')));
  const applets = execFileSync(shell, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  const links = [...applets.filter((name) => !['busybox', 'nc'].includes(name)), 'sh']
    .filter((name, at, all) => all.indexOf(name) === at)
    .filter((name) => !['bin', 'usr/bin', 'sbin', 'usr/sbin'].some((folder) => names.has(`${folder}/${name}`)))
    .map((name): TarEntry => ({ path: `bin/${name}`, mode: 0o777, linkTo: '/bin/busybox' }));
  const text = (path: string, content: string): TarEntry => ({ path, mode: 0o644, content: Buffer.from(content) });
  const more: TarEntry[] = [
    { path: 'bin/busybox', mode: 0o755, content: readFileSync(shell) },
    ...links,
    { path: 'bin/nc', mode: 0o777, linkTo: '/bin/nc.openbsd' },
    text('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'),
    text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n'),
    text('etc/group', 'root:x:0:\n'),
    ...['proc/', 'sys/', 'dev/', 'root/', 'run/', 'var/', 'bin/'].map((path) => ({ path, mode: 0o755 })),
    { path: 'tmp/', mode: 0o1777 },
  ];
  const own = new Set(more.map(({ path }) => path));
  const isFolder = ({ path }: TarEntry) => path.endsWith('/');
  const all = [...files.filter(({ path }) => !own.has(path)), ...more];
  return [
    ...all.filter(isFolder).sort((a, b) => a.path.length - b.path.length),
    ...all.filter((one) => !isFolder(one)),
  ];
}

/** Those that agnhost's own source carries. */
function certificates(): readonly TarEntry[] {
  const source = execFileSync(join(import.meta.dirname, '../upstream/build'), ['src'], { encoding: 'utf8' }).trim();
  return ['localhost.crt', 'localhost.key'].map((name) => ({
    path: name,
    mode: 0o644,
    content: readFileSync(join(source, 'test/images/agnhost/porter', name)),
  }));
}
