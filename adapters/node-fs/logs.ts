import { open, rm, stat } from 'node:fs/promises';
import type { LogFiles } from '#core/kubelet';

/** The log files of containers on this machine. */
export function nodeLogs(): LogFiles {
  return {
    size: (path) =>
      stat(path).then(
        ({ size }) => size,
        (failure: { readonly code?: string }) => {
          if (failure.code === 'ENOENT') return undefined;
          throw failure;
        },
      ),
    async read(path, offset, length) {
      const file = await open(path);
      try {
        const buffer = new Uint8Array(length);
        const { bytesRead } = await file.read(buffer, 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    remove: (directory) => rm(directory, { recursive: true, force: true }),
  };
}
