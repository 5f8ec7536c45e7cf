import type { Timer } from '#core/base';
import type { Script } from './script.ts';
import type { ContainerConfig, ContainerStatus, ImageStatus, PodIdentity, Sandbox, SandboxStatus } from '../runtime.ts';

/** One simulated container; the status is what is told of it. */
export interface Simulated {
  status: ContainerStatus;
  readonly script: Script;
  readonly tty: boolean;
  /** Its planned end, or the end of its stop. */
  timer: Timer | undefined;
  /** Those who wait for its end. */
  ended: (() => void)[];
}

export interface SimulatedSandbox {
  status: SandboxStatus;
  readonly annotations: Readonly<Record<string, string>>;
}

export function sandboxFrom(
  id: string,
  config: { pod: PodIdentity; attempt: number; labels: Sandbox['labels']; annotations: Sandbox['annotations'] },
  ips: readonly string[],
  createdAt: number,
): SimulatedSandbox {
  const { pod, attempt, labels, annotations } = config;
  return { status: { id, pod, attempt, ready: true, createdAt, labels, annotations, ips }, annotations };
}

export function containerFrom(
  id: string,
  sandbox: string,
  config: Pick<ContainerConfig, 'name' | 'attempt' | 'userImage' | 'labels' | 'annotations' | 'logPath' | 'tty'> &
    Partial<Pick<ContainerConfig, 'resources'>>,
  script: Script,
  createdAt: number,
): Simulated {
  const { name, attempt, labels, annotations, tty, userImage, resources } = config;
  return {
    status: {
      id,
      sandbox,
      name,
      attempt,
      state: 'created',
      createdAt,
      labels,
      annotations,
      image: userImage,
      imageRef: imageStatusOf(userImage).id,
      ...(resources === undefined ? {} : { resources }),
      startedAt: 0,
      finishedAt: 0,
      exitCode: 0,
      reason: '',
      message: '',
      // There is no file; the id makes the name unique.
      logPath: `simulated:${id}`,
    },
    script,
    tty,
    timer: undefined,
    ended: [],
  };
}

/** No registry gave the image, so there is no digest to tell. */
export const imageStatusOf = (image: string): ImageStatus => ({
  id: `simulated://${image}`,
  tags: [image],
  digests: [],
  size: 0,
});

/** Lines as the CRI writes them. They depend on the times alone, so that reading again finds the same text, and more. */
export function logText({ status, script }: Simulated, now: number): string {
  if (status.startedAt === 0) return '';
  const line = (at: number, text: string) => `${new Date(at).toISOString().replace('Z', '000000Z')} stdout F ${text}\n`;
  const end = status.state === 'exited' ? status.finishedAt : now;
  let text = line(status.startedAt, `simulated: container ${status.name} has no process; this log is made up`);
  const every = 1000 / script.logLinesPerSecond;
  for (let count = 1; status.startedAt + count * every <= end && count <= MOST_LINES; count++) {
    text += line(Math.floor(status.startedAt + count * every), `simulated: line ${count}`);
  }
  if (status.state === 'exited') text += line(end, `simulated: ended with code ${status.exitCode}`);
  return text;
}

const MOST_LINES = 100_000;

/** Images are asked for by name and used by id. */
export const nameOfImage = (idOrName: string): string =>
  idOrName.startsWith('simulated://') ? idOrName.slice('simulated://'.length) : idOrName;
