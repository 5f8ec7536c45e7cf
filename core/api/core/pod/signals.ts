import type { PodSpec } from '#core/api/types';
import { forbiddenField, notSupported, type Problem } from '#core/machinery/status';

const LETTERS =
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ';
const upTo = (most: number): readonly number[] => Array.from({ length: most }, (_, i) => i + 1);

/** Signals by system, in the order of their names. */
const SIGNALS: Readonly<Record<string, readonly string[]>> = {
  linux: [
    ...LETTERS.split(' '),
    'RTMIN',
    ...upTo(15).map((n) => `RTMIN+${n}`),
    'RTMAX',
    ...upTo(14).map((n) => `RTMAX-${n}`),
  ]
    .map((name) => `SIG${name}`)
    .sort(),
  windows: ['SIGKILL', 'SIGTERM'],
};

/** With which signal a container is told to end. Upstream: pkg/apis/core/validation/validation.go (validateStopSignal). */
export function stopSignalProblems(signal: string, os: PodSpec['os'], path: string, problems: Problem[]): void {
  if (os === undefined) {
    problems.push(forbiddenField(path, 'may not be set for containers with empty `spec.os.name`'));
    return;
  }
  const supported = SIGNALS[os.name];
  if (supported?.includes(signal) === false) problems.push(notSupported(path, signal, supported));
}
