import { execFile } from 'node:child_process';

/** Runs a command to its end and gives what it printed; rejects with what it complained of. */
export const run = (command: string, args: readonly string[], input?: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = execFile(command, [...args], { maxBuffer: 64 << 20 }, (error, output, complaint) => {
      if (error === null) return resolve(output);
      reject(new Error(`${command} ${args.join(' ')}: ${complaint.trim() || error.message}`));
    });
    if (input !== undefined) child.stdin?.end(input);
  });

/** Runs several `ip` commands in one process, all or up to the first that fails. */
export const ip = (commands: readonly string[]): Promise<string> =>
  run('ip', ['-batch', '-'], `${commands.join('\n')}\n`);

/** Runs a command whose failure means that there is nothing to do any more. */
export const tryRun = (command: string, args: readonly string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  );
