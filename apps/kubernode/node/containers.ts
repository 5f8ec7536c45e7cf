import { unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { importImages, mountImage, nodeContainerd, superviseContainerd, unmountImage } from '#adapters/containerd';
import { criRuntime } from '#adapters/cri';
import { PAUSE_IMAGE, pauseImage } from '#adapters/image';
import type { Log } from '#core/base';
import type { Runtime } from '#core/kubelet';
import type { ImageMounts } from '#adapters/node-fs';
import type { NodeConfig } from '../node-config.ts';

const PAUSE_ARCHIVE = '/run/kubernode-pause.tar';

/** The node's containerd, kept running while the agent does, with the sandbox image in place. */
export async function startContainers(
  { containerdSocket, containerdCommand }: NodeConfig,
  log: Log,
  signal: AbortSignal,
): Promise<Runtime & { close(): void }> {
  const report = (happened: 'started' | Error) => {
    if (happened === 'started') log.warn('containerd was down and has been started again');
    else log.error('containerd is down and cannot be started', { error: happened.message });
  };
  void superviseContainerd(nodeContainerd(containerdCommand), report, signal);
  const runtime = criRuntime(containerdSocket);
  if ((await runtime.imageStatus(PAUSE_IMAGE)) === undefined) {
    await writeFile(PAUSE_ARCHIVE, pauseImage().bytes);
    await importImages(ctrBeside(containerdCommand), containerdSocket, PAUSE_ARCHIVE);
    await unlink(PAUSE_ARCHIVE);
  }
  return runtime;
}

const ctrBeside = (containerd: string): string => join(dirname(containerd), 'ctr');

/** containerd 1.x mounts no images for containers: the node does it with what comes with containerd. */
export const imageMounts = ({ containerdSocket, containerdCommand }: NodeConfig): ImageMounts => ({
  mount: (image, path) => mountImage(ctrBeside(containerdCommand), containerdSocket, image, path),
  unmount: (path) => unmountImage(ctrBeside(containerdCommand), containerdSocket, path),
});
