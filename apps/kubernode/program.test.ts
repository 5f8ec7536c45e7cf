import { expect, test } from 'vitest';
import { program } from './program.ts';

/** What a command line prints. */
async function printed(...args: string[]): Promise<string> {
  const cli = program();
  let text = '';
  const catching = (command: typeof cli): void => {
    command.exitOverride().configureOutput({ writeOut: (part) => void (text += part) });
    for (const below of command.commands) catching(below);
  };
  catching(cli);
  await cli.parseAsync(args, { from: 'user' });
  return text;
}

test.each([
  { args: ['help'], shows: 'Usage: kubernode [options] [command]' },
  { args: ['help', 'up'], shows: 'Usage: kubernode up [options]' },
  { args: ['help', 'store', 'repair'], shows: 'Usage: kubernode store repair [options]' },
  { args: ['store', 'help', 'check'], shows: 'Usage: kubernode store check [options]' },
])('kubernode $args', async ({ args, shows }) => {
  expect(await printed(...args)).toContain(shows);
});

test.each([
  { args: ['help', 'nothing'], says: 'There is no command "nothing"; "kubernode help" lists all.' },
  { args: ['help', 'store', 'nothing'], says: 'There is no command "store nothing"; "kubernode help" lists all.' },
  { args: ['image', 'help', 'nothing'], says: 'There is no command "image nothing"; "kubernode help" lists all.' },
])('kubernode $args is refused', async ({ args, says }) => {
  await expect(printed(...args)).rejects.toThrow(says);
});
