import { execFile } from 'node:child_process';

/**
 * Imports an OCI-layout tar into the images that CRI sees. containerd's transfer and import services have no stable gRPC
 * form across 1.6 to 2.x, so its own `ctr` does it. Rejects with what `ctr` said.
 */
export const importImages = (ctr: string, socket: string, tar: string): Promise<void> =>
  images(ctr, socket, `cannot import ${tar}`, 'import', tar);

/** Mounts the files of an image read only, by its name or id. They stay as long as the image does. Rejects with what `ctr` said. */
export async function mountImage(ctr: string, socket: string, image: string, path: string): Promise<void> {
  const mount = () => images(ctr, socket, `cannot mount image ${image}`, 'mount', image, path);
  try {
    await mount();
  } catch {
    // What a node had mounted when it lost its power stands in containerd's books.
    await unmountImage(ctr, socket, path).catch(() => undefined);
    await mount();
  }
}

/** Takes such a mount away with what containerd keeps for it. */
export const unmountImage = (ctr: string, socket: string, path: string): Promise<void> =>
  images(ctr, socket, `cannot unmount the image at ${path}`, 'unmount', '--rm', path);

const images = (ctr: string, socket: string, failed: string, ...args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    execFile(ctr, ['-a', socket, '-n', 'k8s.io', 'images', ...args], (error, _output, complaint) =>
      error === null ? resolve() : reject(new Error(`${failed}: ${complaint.trim() || error.message}`)),
    );
  });
