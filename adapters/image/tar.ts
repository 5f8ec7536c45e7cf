/** An entry of a tar archive. */
export interface TarEntry {
  /** Without a leading slash; of a folder with a closing one. */
  readonly path: string;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly content?: Uint8Array;
  /** Of a symbolic link. */
  readonly linkTo?: string;
}

const BLOCK = 512;

/** A tar archive in the ustar format with all times zero, so that the same entries give the same bytes. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) {
    const content = entry.content ?? new Uint8Array();
    parts.push(header(entry, content.length), Buffer.from(content));
    const over = content.length % BLOCK;
    if (over !== 0) parts.push(Buffer.alloc(BLOCK - over));
  }
  parts.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(parts);
}

function header(entry: TarEntry, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const [name, prefix] = splitPath(entry.path);
  block.write(name, 0);
  block.write(octal(entry.mode, 7), 100);
  block.write(octal(entry.uid ?? 0, 7), 108);
  block.write(octal(entry.gid ?? 0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write('        ', 148);
  block.write(entry.linkTo !== undefined ? '2' : entry.path.endsWith('/') ? '5' : '0', 156);
  if (entry.linkTo !== undefined) {
    if (Buffer.byteLength(entry.linkTo) > 100) throw new Error(`a link of a tar is too long: ${entry.linkTo}`);
    block.write(entry.linkTo, 157);
  }
  block.write('ustar\0', 257);
  block.write('00', 263);
  block.write(prefix, 345);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width, '0')}\0`;

/** A path longer than 100 bytes is split at a slash. */
function splitPath(path: string): [string, string] {
  if (Buffer.byteLength(path) <= 100) return [path, ''];
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
    if (name !== '' && Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return [name, prefix];
  }
  throw new Error(`a path of a tar is too long: ${path}`);
}
