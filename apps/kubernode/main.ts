import { Failure, messageOf } from './failure.ts';

/** Runs one command of the CLI. Failures print one sentence and set the exit status; anything else is a bug and shows its stack. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await runCommand(argv);
  } catch (error) {
    if (!(error instanceof Failure)) {
      console.error(
        `kubernode: this should not have happened: ${error instanceof Error ? error.stack : messageOf(error)}`,
      );
      process.exit(70);
    }
    console.error(`kubernode: ${error.message}`);
    process.exit(1);
  }
}

async function runCommand(argv: readonly string[]): Promise<void> {
  const [command, flag, file, ...more] = argv;
  // A node's agent lives long and small: what parses command lines would be 3 MB of it, so the one form that `up` uses is read here.
  if (command === 'node' && flag === '--config' && file !== undefined && more.length === 0) {
    return (await import('./commands/node.ts')).node({ config: file });
  }
  await (await import('./program.ts')).program().parseAsync([...argv], { from: 'user' });
}
