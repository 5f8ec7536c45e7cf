import { type Turns, type Writable, concat, sleep, utf8 } from '#core/base';
import { badRequest, notFound } from '#core/machinery/status';
import { type ContainerStatus as Reported, type Pod, containerNamed } from '../api.ts';
import type { Observed } from '../plan/index.ts';
import type { ContainerStatus } from '../runtime.ts';
import type { LogFiles } from '../seams.ts';
import { lineCutter, parseLogLine } from './log-lines.ts';
import type { LogOptions } from './log-options.ts';

/** Bytes read at once. */
const CHUNK = 64 * 1024;
/** Milliseconds between two looks at a log that is followed. */
const LOOK_EVERY = 200;

/** The instance whose log is asked for; a StatusError (400, 404) where there is none. Upstream: pkg/kubelet/kubelet_pods.go, validateContainerLogStatus. */
export function loggedInstance(pod: Pod, observed: Observed, name: string, previous: boolean): ContainerStatus {
  const { metadata, spec, status } = pod;
  if (containerNamed(spec, name) === undefined) {
    throw notFound({ group: '', resource: 'containers', name: `${name}" in pod "${metadata.name}` });
  }
  const instances = observed.containers.filter((one) => one.name === name && one.state !== 'created');
  const found = instances[previous ? 1 : 0];
  if (found !== undefined) return found;
  if (previous) throw badRequest(`previous terminated container "${name}" in pod "${metadata.name}" not found`);
  const all: readonly Reported[] = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  const reason = all.find((one) => one.name === name)?.state?.waiting?.reason ?? '';
  throw badRequest(`container "${name}" in pod "${metadata.name}" is waiting to start: ${waitingFor(reason)}`);
}

function waitingFor(reason: string): string {
  if (reason === 'ErrImagePull') return "image can't be pulled";
  if (reason === 'ImagePullBackOff') return 'trying and failing to pull image';
  return reason === '' ? 'ContainerCreating' : reason;
}

export interface LogWorld {
  readonly files: LogFiles;
  readonly turns: Turns;
  readonly options: LogOptions;
  readonly path: string;
  /** Whether more may be written. */
  readonly isRunning: () => boolean;
  readonly signal: AbortSignal;
}

/** Sends a log as plain text, and what is added to it while it is followed. Rejects when it cannot be read. */
export async function sendLog(world: LogWorld, out: Writable): Promise<void> {
  const { files, turns, options, path, isRunning, signal } = world;
  const cut = lineCutter();
  const print = printer(options);
  let offset = await startOf(files, path, options.tailLines);
  let left = options.limitBytes ?? Infinity;
  for (;;) {
    // Asked before reading: what was written until the end is read for certain.
    const running = isRunning();
    const size = (await files.size(path)) ?? 0;
    // The runtime began a new file in the place of a full one.
    if (size < offset) offset = 0;
    while (offset < size && !signal.aborted) {
      const chunk = await files.read(path, offset, Math.min(CHUNK, size - offset));
      if (chunk.length === 0) break;
      offset += chunk.length;
      const pieces = cut(chunk).flatMap(print);
      const bytes = pieces.length === 0 ? undefined : concat(pieces);
      if (bytes === undefined || bytes.length === 0) continue;
      await out.write(bytes.length > left ? bytes.subarray(0, left) : bytes);
      left -= bytes.length;
      if (left <= 0) return;
    }
    if (!options.follow || !running || signal.aborted) return;
    await sleep(turns, LOOK_EVERY, signal).catch(() => undefined);
  }
}

const NEWLINE = utf8('\n');

/** A line as it is sent: nothing where it is too old or of another stream. */
function printer({ timestamps, since, stream }: LogOptions): (line: Uint8Array) => readonly Uint8Array[] {
  let inLine = false;
  return (bytes) => {
    const line = parseLogLine(bytes);
    if (line === undefined) return [];
    const continues = inLine;
    inLine = line.partial;
    if (stream !== 'all' && line.stream !== stream) return [];
    if (since !== undefined && Date.parse(line.time) < since) return [];
    const pieces: Uint8Array[] = [];
    // Upstream stamps each piece of a long line; the stamp in the middle helps nobody.
    if (timestamps && !continues) pieces.push(utf8(`${line.time} `));
    pieces.push(line.text);
    if (!line.partial) pieces.push(NEWLINE);
    return pieces;
  };
}

/** Where the last `lines` lines begin. */
async function startOf(files: LogFiles, path: string, lines: number | undefined): Promise<number> {
  if (lines === undefined) return 0;
  const size = (await files.size(path)) ?? 0;
  if (lines === 0) return size;
  let found = 0;
  for (let end = size; end > 0; end -= Math.min(CHUNK, end)) {
    const from = Math.max(0, end - CHUNK);
    const chunk = await files.read(path, from, end - from);
    for (let at = chunk.length - 1; at >= 0; at--) {
      // The end of the last line is no beginning of another.
      if (chunk[at] !== 10 || from + at === size - 1) continue;
      if (++found === lines) return from + at + 1;
    }
  }
  return 0;
}
