import { execFile } from 'node:child_process';

/**
 * Makes the kernel forget UDP flows to a destination (an empty ip: any), all or only those that lead to `target`. Never
 * rejects: where there is none, nothing is to do.
 */
export function forgetFlow(flow: {
  readonly ip: string;
  readonly port: number;
  readonly target?: string;
}): Promise<void> {
  const args = ['-D', '-p', 'udp', '--orig-port-dst', String(flow.port)];
  if (flow.ip !== '') args.push('--orig-dst', flow.ip);
  if (flow.target !== undefined) args.push('--reply-src', flow.target);
  return new Promise((resolve) => {
    execFile('conntrack', args, () => resolve());
  });
}
