import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { imageArchive, ociArchitecture, type ImageArchive } from './oci.ts';
import type { TarEntry } from './tar.ts';

const FOLDERS = ['dev/', 'etc/', 'home/', 'proc/', 'root/', 'sys/', 'usr/', 'usr/bin/', 'var/'];

/** The root of an image around a statically linked busybox: the program and a link of each applet's name. */
export function busyboxLayer(busybox: string): readonly TarEntry[] {
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  return [
    { path: 'bin/', mode: 0o755 },
    { path: 'bin/busybox', mode: 0o755, content: readFileSync(busybox) },
    ...applets
      .filter((applet) => applet !== 'busybox')
      .map((applet) => ({ path: `bin/${applet}`, mode: 0o777, linkTo: 'busybox' })),
    ...FOLDERS.map((path) => ({ path, mode: 0o755 })),
    { path: 'tmp/', mode: 0o1777 },
    {
      path: 'etc/passwd',
      mode: 0o644,
      content: Buffer.from('root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n'),
    },
    { path: 'etc/group', mode: 0o644, content: Buffer.from('root:x:0:\nnobody:x:65534:\n') },
  ];
}

/** An image around a statically linked busybox of this machine. Throws where there is none. */
export const busyboxImage = (references: readonly string[], busybox = '/bin/busybox'): ImageArchive =>
  imageArchive({
    references,
    config: { Cmd: ['sh'], Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'] },
    layers: [busyboxLayer(busybox)],
    architecture: ociArchitecture(process.arch),
  });
