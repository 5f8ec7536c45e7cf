import { createGzip, gzip } from 'node:zlib';
import type { Gzip } from '#core/apiserver';
import type { Writable } from '#core/base';

/** Little is gained by more effort. Upstream: apiserver/pkg/endpoints/handlers/responsewriters/writers.go. */
const LEVEL = 1;

/** Compression off the main thread. */
export const nodeGzip: Gzip = {
  whole: (pieces) =>
    new Promise((resolve, reject) => {
      gzip(Buffer.concat(pieces), { level: LEVEL }, (failure, bytes) =>
        failure === null ? resolve(bytes) : reject(failure),
      );
    }),
  stream(out) {
    const zip = createGzip({ level: LEVEL });
    const over = out.closed;
    let drained: PromiseWithResolvers<void> | undefined;
    zip.on('data', (chunk: Uint8Array) => {
      const behind = out.write(chunk);
      if (behind === undefined) return;
      zip.pause();
      void behind.then(() => zip.resume());
    });
    zip.on('end', () => out.end());
    zip.on('error', (failure) => out.abort(failure));
    zip.on('drain', () => {
      drained?.resolve();
      drained = undefined;
    });
    void over.then(() => {
      zip.destroy();
      drained?.resolve();
    });
    const writable: Writable = {
      write(chunk) {
        if (zip.destroyed || zip.write(chunk)) return undefined;
        drained ??= Promise.withResolvers<void>();
        return drained.promise;
      },
      end: () => void zip.end(),
      abort: (reason) => out.abort(reason),
      closed: over,
    };
    return writable;
  },
};
