import { spawn } from 'node:child_process';
import { findProgram } from '../programs.ts';
import { existingCluster, type ClusterOptions } from './options.ts';

/** `kubernode kubectl ARGS...`: kubectl with the cluster's administrator; ends as kubectl ends. */
export async function kubectl(args: readonly string[], options: ClusterOptions): Promise<void> {
  const { places } = existingCluster(options);
  const program = await findProgram('kubectl');
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, KUBECONFIG: places.kubeconfig } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}
