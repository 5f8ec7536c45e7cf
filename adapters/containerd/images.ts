import { execFile } from 'node:child_process';

/**
 * Imports an OCI-layout tar into the images that CRI sees. containerd's transfer and import services have no stable gRPC
 * form across 1.6 to 2.x, so its own `ctr` does it. Rejects with what `ctr` said.
 */
export const importImages = (ctr: string, socket: string, tar: string): Promise<void> =>
  new Promise((resolve, reject) => {
    execFile(ctr, ['-a', socket, '-n', 'k8s.io', 'images', 'import', tar], (error, _output, complaint) =>
      error === null ? resolve() : reject(new Error(`cannot import ${tar}: ${complaint.trim() || error.message}`)),
    );
  });
