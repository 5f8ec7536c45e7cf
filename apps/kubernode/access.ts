import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { parse } from 'yaml';
import { codeOf } from './failure.ts';
import type { Places } from './places.ts';

/** What the CLI itself asks of a server, as the administrator. */
export interface ServerAccess {
  /** The answer's status and text; status 0 when nobody answers. */
  get(path: string, timeoutMs?: number): Promise<{ readonly status: number; readonly text: string }>;
}

/** By the cluster's own kubeconfig. */
export function accessOf(places: Places): ServerAccess {
  const config = parse(readFileSync(places.kubeconfig, 'utf8'));
  const cluster = config.clusters[0].cluster;
  const user = config.users[0].user;
  const decode = (text: string) => Buffer.from(text, 'base64');
  const tls = {
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  };
  return {
    get: (path, timeoutMs = 2000) =>
      new Promise((resolve) => {
        const call = request(`${cluster.server}${path}`, { ...tls, agent: false, timeout: timeoutMs }, (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk: string) => void (text += chunk));
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
          answer.on('error', (error) => resolve({ status: 0, text: error.message }));
        });
        call.on('timeout', () => call.destroy(new Error('no answer in time')));
        call.on('error', (error) => resolve({ status: 0, text: codeOf(error) ?? error.message }));
        call.end();
      }),
  };
}
