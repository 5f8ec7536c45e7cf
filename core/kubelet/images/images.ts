import type { Turns } from '#core/base';
import { secrets } from '#core/api/tokens';
import type { Client } from '#core/client';
import type { EventRecorder } from '#core/operator';
import type { Pod } from '../api.ts';
import { messageOf, tellContainer } from '../context.ts';
import { FIRST_DELAY, LONGEST_DELAY } from '../plan/index.ts';
import type { ImageStatus, Runtime, SandboxConfig } from '../runtime.ts';
import { type Credentials, credentialsFor, keyringOf } from './credentials.ts';
import { parseImage } from './reference.ts';

/** An image that somebody wants: a container, or a volume of its pod, which has no name here. */
export interface Wanted {
  readonly name?: string;
  readonly image?: string;
  readonly imagePullPolicy?: string;
}

/** Sees to it that an image is there. Upstream: pkg/kubelet/images/image_manager.go. */
export interface Images {
  /** Rejects with an ImageFailure. `now` rules the back-off. */
  ensure(pod: Pod, wanted: Wanted, sandbox: SandboxConfig): Promise<ImageStatus>;
}

/** Why there is no image. */
export class ImageFailure extends Error {
  /** `ErrImagePull`, `ErrImageNeverPull`, `InvalidImageName`, `ImageInspectError`. */
  readonly reason: string;
  /** Milliseconds until the next attempt makes sense. */
  readonly retryAfter: number;
  constructor(reason: string, message: string, retryAfter: number) {
    super(message);
    this.name = 'ImageFailure';
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

/** Milliseconds after which something that a user has to mend is looked at again. */
const MENDED_AFTER = 10_000;
/** A pull that failed so long ago is forgotten. */
const FORGOTTEN_AFTER = 2 * LONGEST_DELAY;

export function createImages(parts: {
  readonly runtime: Runtime;
  readonly client: Client;
  readonly turns: Turns;
  readonly recorder: EventRecorder;
}): Images {
  const { runtime, client, turns } = parts;
  /** By pod and image. */
  const delays = new Map<string, { readonly delay: number; readonly at: number }>();
  // One pull at a time, as upstream's default: a slow network is not divided among all pods.
  let tail: Promise<unknown> = Promise.resolve();

  const tell = (pod: Pod, wanted: Wanted, type: 'Normal' | 'Warning', reason: string, message: string) =>
    tellContainer(parts, pod, wanted.name, type, reason, message);

  const inspect = async (pod: Pod, wanted: Wanted, image: string) => {
    try {
      return await runtime.imageStatus(image);
    } catch (failure) {
      const message = `Failed to inspect image "${image}": ${messageOf(failure)}`;
      tell(pod, wanted, 'Warning', 'InspectFailed', message);
      throw new ImageFailure('ImageInspectError', message, MENDED_AFTER);
    }
  };

  const raise = (key: string): number => {
    const now = turns.clock.now();
    for (const [other, { at }] of delays) if (now - at > FORGOTTEN_AFTER) delays.delete(other);
    const before = delays.get(key);
    const delay = before === undefined ? FIRST_DELAY : Math.min(before.delay * 2, LONGEST_DELAY);
    delays.set(key, { delay, at: now });
    return delay;
  };

  const pull = async (pod: Pod, wanted: Wanted, image: string, sandbox: SandboxConfig): Promise<void> => {
    const asked = turns.clock.monotonic();
    const before = tail;
    const turn = Promise.withResolvers<void>();
    tail = turn.promise;
    await before;
    const began = turns.clock.monotonic();
    const requested = wanted.image ?? '';
    tell(pod, wanted, 'Normal', 'Pulling', `Pulling image "${requested}"`);
    try {
      const keys = credentialsFor(await keyringOfPod(client, pod), image);
      await firstThatWorks(keys, (auth) => runtime.pullImage(image, auth, sandbox));
    } finally {
      turn.resolve();
    }
    const size = (await runtime.imageStatus(image))?.size ?? 0;
    const now = turns.clock.monotonic();
    const message = `Successfully pulled image "${requested}" in ${short(now - began)} (${short(now - asked)} including waiting). Image size: ${size} bytes.`;
    tell(pod, wanted, 'Normal', 'Pulled', message);
  };

  return {
    async ensure(pod, wanted, sandbox) {
      const requested = wanted.image ?? '';
      const image = parseImage(requested);
      if (image === undefined) {
        const message = `Failed to apply default image tag "${requested}": couldn't parse image name "${requested}": invalid reference format`;
        tell(pod, wanted, 'Warning', 'InspectFailed', message);
        throw new ImageFailure('InvalidImageName', message, MENDED_AFTER);
      }
      const present = await inspect(pod, wanted, image);
      const policy = wanted.imagePullPolicy ?? 'IfNotPresent';
      if (present !== undefined && policy !== 'Always') {
        const message = `Container image "${requested}" already present on machine and can be accessed by the pod`;
        tell(pod, wanted, 'Normal', 'Pulled', message);
        return present;
      }
      if (policy === 'Never') {
        const message = `Container image "${requested}" is not present with pull policy of Never`;
        tell(pod, wanted, 'Warning', 'ErrImageNeverPull', message);
        throw new ImageFailure('ErrImageNeverPull', message, MENDED_AFTER);
      }
      const key = `${pod.metadata.uid}_${image}`;
      try {
        await pull(pod, wanted, image, sandbox);
      } catch (failure) {
        const message = `failed to pull image "${requested}": ${messageOf(failure)}`;
        tell(pod, wanted, 'Warning', 'Failed', `Failed to pull image "${requested}": ${messageOf(failure)}`);
        throw new ImageFailure('ErrImagePull', message, raise(key));
      }
      delays.delete(key);
      const pulled = await inspect(pod, wanted, image);
      if (pulled === undefined) {
        throw new ImageFailure('ImageInspectError', `image "${requested}" is gone after it was pulled`, MENDED_AFTER);
      }
      return pulled;
    },
  };
}

/** As Go prints milliseconds: `1.234s`, `56ms`. */
const short = (milliseconds: number): string =>
  milliseconds >= 1000 ? `${Math.round(milliseconds) / 1000}s` : `${Math.round(milliseconds)}ms`;

async function keyringOfPod(client: Client, { spec, metadata }: Pod) {
  const found = [];
  for (const { name } of spec.imagePullSecrets ?? []) {
    if (name === undefined || name === '') continue;
    // One that is missing does not matter where another, or none, is enough.
    const secret = await client.get(secrets, { namespace: metadata.namespace, name }).catch(() => undefined);
    if (secret !== undefined) found.push(secret);
  }
  return keyringOf(found);
}

async function firstThatWorks(
  keys: readonly Credentials[],
  pull: (auth: Credentials | undefined) => Promise<unknown>,
): Promise<void> {
  if (keys.length === 0) return void (await pull(undefined));
  let failed: unknown;
  for (const key of keys) {
    try {
      return void (await pull(key));
    } catch (failure) {
      failed ??= failure;
    }
  }
  throw failed;
}
