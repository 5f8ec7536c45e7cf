/**
 * What a simulated container does, told by annotations of its pod. Each may be given for one container alone by its name
 * behind a dot (`simulated.kubernode.io/exit-code.web: "3"`). Durations are in seconds and may have a fraction.
 *
 * | annotation | meaning | without it |
 * |---|---|---|
 * | `simulated.kubernode.io/pull-seconds` | how long its image takes to be pulled | at once |
 * | `simulated.kubernode.io/image-missing` | `true`: the registry does not know the image | it does |
 * | `simulated.kubernode.io/start-seconds` | from the start until it runs | at once |
 * | `simulated.kubernode.io/start-error` | the start fails with this message | it does not |
 * | `simulated.kubernode.io/exit-after` | it ends by itself after this long | it runs for ever |
 * | `simulated.kubernode.io/exit-code` | with this code | 0 |
 * | `simulated.kubernode.io/crash-every` | it ends with code 1 (or `exit-code`) after this long | – |
 * | `simulated.kubernode.io/out-of-memory` | `true`: its end is reported as OOMKilled, code 137 | – |
 * | `simulated.kubernode.io/stop-seconds` | from the stop signal until it ends; beyond its grace it is killed (137) | at once, code 0 |
 * | `simulated.kubernode.io/termination-message` | what it leaves as its termination message | nothing |
 * | `simulated.kubernode.io/ready-after` | probes fail until it has run this long | they succeed |
 * | `simulated.kubernode.io/unhealthy-after` | probes fail once it has run this long | they succeed |
 * | `simulated.kubernode.io/exec-code` | the exit code of commands run in it | 0 |
 * | `simulated.kubernode.io/log-lines-per-second` | lines in its log besides the first and the last | 0 |
 * | `simulated.kubernode.io/cpu-millicores`, `memory-bytes` | what it uses, for statistics | 1, 1 MiB |
 */
export interface Script {
  readonly pullMilliseconds: number;
  readonly imageMissing: boolean;
  readonly startMilliseconds: number;
  readonly startError: string;
  /** Infinity: never. */
  readonly exitAfterMilliseconds: number;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  readonly stopMilliseconds: number;
  readonly terminationMessage: string;
  readonly readyAfterMilliseconds: number;
  readonly unhealthyAfterMilliseconds: number;
  readonly execCode: number;
  readonly logLinesPerSecond: number;
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

const PREFIX = 'simulated.kubernode.io/';

const PLAIN: Script = {
  pullMilliseconds: 0,
  imageMissing: false,
  startMilliseconds: 0,
  startError: '',
  exitAfterMilliseconds: Infinity,
  exitCode: 0,
  outOfMemory: false,
  stopMilliseconds: 0,
  terminationMessage: '',
  readyAfterMilliseconds: 0,
  unhealthyAfterMilliseconds: Infinity,
  execCode: 0,
  logLinesPerSecond: 0,
  cpuMillicores: 1,
  memoryBytes: 1024 * 1024,
};

type Annotations = Readonly<Record<string, string>>;

/** The script of one container; one shared object for all that have none. What is no number counts as not given. */
export function scriptOf(annotations: Annotations, container: string): Script {
  if (!isScripted(annotations)) return PLAIN;
  const text = (name: string) => annotations[`${PREFIX}${name}.${container}`] ?? annotations[PREFIX + name];
  const number = (name: string, otherwise: number) => {
    const value = Number(text(name) ?? NaN);
    return value >= 0 ? value : otherwise;
  };
  const milliseconds = (name: string, otherwise: number) => number(name, otherwise / 1000) * 1000;
  const crashes = text('crash-every') !== undefined;
  const outOfMemory = text('out-of-memory') === 'true';
  return {
    pullMilliseconds: milliseconds('pull-seconds', 0),
    imageMissing: text('image-missing') === 'true',
    startMilliseconds: milliseconds('start-seconds', 0),
    startError: text('start-error') ?? '',
    exitAfterMilliseconds: milliseconds(crashes ? 'crash-every' : 'exit-after', Infinity),
    exitCode: outOfMemory ? 137 : number('exit-code', crashes ? 1 : 0),
    outOfMemory,
    stopMilliseconds: milliseconds('stop-seconds', 0),
    terminationMessage: text('termination-message') ?? '',
    readyAfterMilliseconds: milliseconds('ready-after', 0),
    unhealthyAfterMilliseconds: milliseconds('unhealthy-after', Infinity),
    execCode: number('exec-code', 0),
    logLinesPerSecond: number('log-lines-per-second', 0),
    cpuMillicores: number('cpu-millicores', PLAIN.cpuMillicores),
    memoryBytes: number('memory-bytes', PLAIN.memoryBytes),
  };
}

function isScripted(annotations: Annotations): boolean {
  for (const name in annotations) if (name.startsWith(PREFIX)) return true;
  return false;
}

/** Whether a container that has run for so long passes its probes. */
export const isHealthy = (script: Script, ranMilliseconds: number): boolean =>
  ranMilliseconds >= script.readyAfterMilliseconds && ranMilliseconds < script.unhealthyAfterMilliseconds;
