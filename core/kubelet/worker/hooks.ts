import { lossyTextOf, sleep } from '#core/base';
import type { Container, LifecycleHandler } from '../api.ts';
import type { Context } from '../context.ts';
import { httpProbe } from '../probes/target.ts';

/** Milliseconds that a request of a hook may take. */
const HTTP_TIME = 30_000;

/** Carries out postStart or preStop. Rejects with an Error that says why it failed. Upstream: pkg/kubelet/lifecycle/handlers.go. */
export async function runHook(
  { runtime, dialer, turns }: Pick<Context, 'runtime' | 'dialer' | 'turns'>,
  id: string,
  container: Container,
  podIP: string,
  { exec, httpGet, sleep: pause }: LifecycleHandler,
): Promise<void> {
  if (exec !== undefined) {
    const { exitCode, stdout, stderr } = await runtime.execSync(id, exec.command ?? [], 0);
    if (exitCode === 0) return;
    throw new Error(
      `command exited with ${exitCode}: ${lossyTextOf(stdout.length > 0 ? stdout : stderr).slice(0, 1024)}`,
    );
  }
  if (httpGet !== undefined) {
    const { status } = await dialer.http(httpProbe(httpGet, container, podIP, 'lifecycle', HTTP_TIME));
    if (status >= 400) throw new Error(`HTTP hook failed with statuscode: ${status}`);
    return;
  }
  if (pause !== undefined) return sleep(turns, pause.seconds * 1000);
  throw new Error('a hook of this type is not supported');
}
