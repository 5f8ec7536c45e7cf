import { execFile, spawn, type ChildProcess } from 'node:child_process';

/** The kernel's rules, by a program that stays open while they change: that takes 1 ms instead of the 20 of a new process. */
export interface Nft {
  /** Applies all commands or none; rejects with what nft complained of. In the order asked for. */
  apply(commands: readonly string[]): Promise<void>;
  /** Removes a table if it is there. */
  removeTable(table: string): Promise<void>;
  close(): void;
}

/** What an interactive nft is asked after each transaction, as it is silent about success: a constant answer marks the end. */
const MARK = 'describe ip daddr';
const MARK_ANSWER = /payload expression, datatype ipv4_addr[^\n]*\n/;
/** Longer transactions go through a process of their own. */
const INTERACTIVE_LIMIT = 32 * 1024;
const IDLE = 10_000;

interface Pending {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * `prefix` is a command line that runs another where the rules are meant to be (`ip netns exec NAME`); empty: here. A program
 * that had nothing to do for `idle` milliseconds is ended, as it would hold 6 MB for nothing.
 */
export function openNft(prefix: readonly string[] = [], idle = IDLE): Nft {
  let child: ChildProcess | undefined;
  let output = '';
  let pending: Pending | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let ending: NodeJS.Timeout | undefined;

  const lost = (why: string) => {
    child = undefined;
    output = '';
    pending?.reject(new Error(`nft ended: ${why}`));
    pending = undefined;
  };
  const start = (): ChildProcess => {
    // One pipe for both kinds of output, so that a complaint never overtakes the mark.
    const [command = 'sh', ...args] = [...prefix, 'sh', '-c', 'exec nft -i 2>&1'];
    const started = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    started.on('error', (error) => lost(error.message));
    started.on('exit', (code, signal) => started === child && lost(String(signal ?? code)));
    started.stdin.on('error', () => undefined);
    started.stdout.setEncoding('utf8');
    started.stdout.on('data', (text: string) => {
      if (started !== child) return;
      output += text;
      const mark = MARK_ANSWER.exec(output);
      if (mark === null) return;
      const complaint = output.slice(0, mark.index).trim();
      output = output.slice(mark.index + mark[0].length);
      const waiting = pending;
      pending = undefined;
      if (complaint === '') waiting?.resolve();
      else waiting?.reject(new Error(`nft: ${complaint}`));
    });
    return started;
  };
  const end = () => {
    const ended = child;
    child = undefined;
    output = '';
    ended?.stdin?.end();
  };
  const interactive = (line: string): Promise<void> =>
    new Promise((resolve, reject) => {
      pending = { resolve, reject };
      child ??= start();
      child.stdin?.write(`${line}\n${MARK}\n`);
    });
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    clearTimeout(ending);
    const next = last.then(work);
    const settled = next
      .catch(() => undefined)
      .then(() => {
        if (last === settled) ending = setTimeout(end, idle).unref();
      });
    last = settled;
    return next;
  };

  return {
    apply(commands) {
      if (commands.length === 0) return Promise.resolve();
      const line = commands.join('; ');
      return inTurn(() =>
        line.length <= INTERACTIVE_LIMIT ? interactive(line) : batch(prefix, `${commands.join('\n')}\n`),
      );
    },
    removeTable: (table) => inTurn(() => interactive(`add table ${table}; delete table ${table}`)),
    close() {
      clearTimeout(ending);
      end();
    },
  };
}

const batch = (prefix: readonly string[], text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const [command = 'nft', ...args] = [...prefix, 'nft', '-f', '-'];
    const process = execFile(command, args, (error, _output, complaint) =>
      error === null ? resolve() : reject(new Error(`nft: ${complaint.trim() || error.message}`)),
    );
    process.stdin?.on('error', () => undefined);
    process.stdin?.end(text);
  });
