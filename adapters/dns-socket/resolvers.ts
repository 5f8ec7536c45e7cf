import { readFile } from 'node:fs/promises';

const FILES = ['/run/systemd/resolve/resolv.conf', '/etc/resolv.conf'];

/**
 * The machine's name servers that can be reached from a node: not those on the machine's loopback, which is not the node's.
 * systemd-resolved keeps the real ones in a file of its own.
 */
export async function resolversOf(files: readonly string[] = FILES): Promise<readonly string[]> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const servers = parse(text);
    if (servers.length > 0) return servers;
  }
  return [];
}

const parse = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1])
    .filter((server): server is string => server !== undefined && !/^(?:127\.|::1$|0\.0\.0\.0$)/.test(server));
