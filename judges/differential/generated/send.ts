import { Agent, request } from 'node:https';
import type { Side } from '../sides.ts';

export interface Reply {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly text: string;
}

export type Send = (method: string, path: string, type?: string, body?: string) => Promise<Reply>;

/** Sends requests over connections that are kept, as one user on every side. Where the server hangs up (a panic of the original's) the status is 0. */
export function sender(side: Side): { readonly send: Send; close(): void } {
  const { ca, admin } = side;
  const { hostname: host, port } = new URL(side.url);
  const shown = { ca, cert: admin.certificate, key: admin.key };
  const agent = new Agent({ keepAlive: true, maxSockets: 32, ...shown, servername: 'localhost' });
  // A connection that was kept may just have ended; a server that ends it twice has given up on the request.
  const send: Send = (...call) =>
    once(...call)
      .catch(() => once(...call))
      .catch((): Reply => ({ status: 0, warnings: [], text: '' }));
  const once: Send = (method, path, type, body) =>
    new Promise((resolve, reject) => {
      const bytes = body === undefined ? undefined : Buffer.from(body);
      const call = request(
        {
          agent,
          host,
          port,
          method,
          path,
          headers: {
            accept: 'application/json',
            'user-agent': 'judge',
            'impersonate-user': 'judge',
            'impersonate-group': 'system:masters',
            ...(type === undefined ? {} : { 'content-type': type }),
            ...(bytes === undefined ? {} : { 'content-length': bytes.length }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const { warning } = response.headers as { readonly warning?: string };
            resolve({
              status: response.statusCode ?? 0,
              warnings: warning === undefined ? [] : warning.split(/, (?=299 )/).map((one) => one.slice(6)),
              text: Buffer.concat(chunks).toString('utf8'),
            });
          });
        },
      );
      call.on('error', reject);
      call.end(bytes);
    });
  return { send, close: () => agent.destroy() };
}
