import { spawn } from 'node:child_process';

/** What one check came to. */
export interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly output: string;
  readonly seconds: number;
}

/** Runs a command with the project's own binaries on PATH and gathers what it prints. */
export function command(name: string, program: string, ...args: string[]): Promise<Outcome> {
  const began = process.hrtime.bigint();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const take = (chunk: Buffer) => void (output += chunk.toString());
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const end = (ok: boolean) => resolve({ name, ok, output, seconds: Number(process.hrtime.bigint() - began) / 1e9 });
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    child.on('exit', (code) => end(code === 0));
  });
}
