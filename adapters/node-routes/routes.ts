import { execFile } from 'node:child_process';

export interface NodeRoute {
  readonly range: string;
  readonly via: string;
}

/** Marks the routes that are ours among those of others (the kernel's own, the CNI plugins'). */
const PROTOCOL = 120;

/** Makes these the only routes of ours in this network namespace. Rejects with what `ip` complained of. */
export async function setRoutes(routes: readonly NodeRoute[]): Promise<void> {
  const listed = await ip(['-j', 'route', 'show', 'proto', String(PROTOCOL)]);
  const present = (JSON.parse(listed.trim() || '[]') as { dst: string; gateway?: string }[]).filter(({ dst }) => dst);
  const wanted = new Map(routes.map(({ range, via }) => [range, via]));
  const commands: string[] = [];
  for (const { dst, gateway } of present) {
    if (!wanted.has(dst)) commands.push(`route delete ${dst} proto ${PROTOCOL}`);
    else if (wanted.get(dst) === gateway) wanted.delete(dst);
  }
  for (const [range, via] of wanted) commands.push(`route replace ${range} via ${via} proto ${PROTOCOL}`);
  if (commands.length > 0) await ip(['-batch', '-'], `${commands.join('\n')}\n`);
}

const ip = (args: readonly string[], input?: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = execFile('ip', [...args], (error, output, complaint) =>
      error === null
        ? resolve(output)
        : reject(new Error(`ip ${args.join(' ')}: ${complaint.trim() || error.message}`)),
    );
    if (input !== undefined) child.stdin?.end(input);
  });
