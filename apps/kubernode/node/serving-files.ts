import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { ServerTls } from '#adapters/node-http';

/** PEM files of a TLS server. */
export interface ServingFiles {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string;
}

const LOOK_EVERY = 10_000;

/** What the files hold. Throws where they cannot be read, or where certificate and key do not belong together. */
export function readServing(files: ServingFiles): ServerTls {
  const text = (file: string) => readFileSync(file, 'utf8');
  const tls = { certificate: text(files.certificate), key: text(files.key), clientCa: text(files.clientCa) };
  if (!new X509Certificate(tls.certificate).checkPrivateKey(createPrivateKey(tls.key))) {
    throw new Error(`${files.certificate} and ${files.key} do not belong together`);
  }
  return tls;
}

/**
 * Calls `renew` when the files hold something new that fits together. They are written one after the other: whatever was
 * read between two writes is left alone, as the later write is seen as well. Files are looked at instead of listened to,
 * because a file that is replaced is another one to a listener. `every` in milliseconds. Returns how to stop.
 */
export function followServing(files: ServingFiles, renew: (tls: ServerTls) => void, every = LOOK_EVERY): () => void {
  const paths = Object.values(files) as readonly string[];
  const look = () => {
    let tls: ServerTls;
    try {
      tls = readServing(files);
    } catch {
      return;
    }
    renew(tls);
  };
  for (const path of paths) watchFile(path, { interval: every, persistent: false }, look);
  return () => {
    for (const path of paths) unwatchFile(path, look);
  };
}
