import { lossyTextOf } from '#core/base';
import type { Context } from '../context.ts';
import { terminationFile } from '../container/config.ts';
import { ANNOTATION, LABEL, restartCountOf } from '../labels.ts';
import type { ContainerStatus } from '../runtime.ts';

/** Bytes and lines that a termination message may have. Upstream: pkg/kubelet/container/runtime.go, MaxContainerTerminationMessageLength. */
const MOST_MESSAGE = 4096;
const MOST_LOG_MESSAGE = 2048;
const MOST_LOG_LINES = 80;

/** The end of a log in the CRI's format as plain text, for `FallbackToLogsOnError`. */
export function messageFromLog(tail: Uint8Array): string {
  const lines = lossyTextOf(tail).split('\n');
  const texts = lines.flatMap((line) => {
    const parts = /^\S+ (?:stdout|stderr) ([FP]) (.*)$/.exec(line);
    return parts === null ? [] : [parts[1] === 'F' ? `${parts[2]}\n` : parts[2]!];
  });
  const text = texts.join('');
  const last = text
    .split('\n')
    .slice(-(MOST_LOG_LINES + 1))
    .join('\n');
  return last.slice(-MOST_LOG_MESSAGE);
}

/** A container that ended, with its termination message: what it wrote, or the end of its log. Never rejects. */
export async function withMessage(
  { volumes, logs, log }: Pick<Context, 'volumes' | 'logs' | 'log'>,
  status: ContainerStatus,
): Promise<ContainerStatus> {
  const { annotations, labels, name } = status;
  const uid = labels[LABEL.podUid] ?? '';
  try {
    const hasFile = (annotations[ANNOTATION.terminationMessagePath] ?? '') !== '';
    const written = hasFile ? await volumes.read(uid, terminationFile(name, restartCountOf(status)), MOST_MESSAGE) : '';
    if (written !== '') return { ...status, message: written };
    const falls = annotations[ANNOTATION.terminationMessagePolicy] === 'FallbackToLogsOnError';
    if (!falls || status.exitCode === 0) return status;
    const size = (await logs.size(status.logPath)) ?? 0;
    const from = Math.max(0, size - MOST_TAIL);
    const text = messageFromLog(await logs.read(status.logPath, from, MOST_TAIL));
    return text === '' ? status : { ...status, message: text };
  } catch (failure) {
    log.warn('cannot read a termination message', { container: status.id, failure: String(failure) });
    return status;
  }
}

/** Bytes of the log that are looked at: each line carries a stamp. */
const MOST_TAIL = 16 * 1024;
