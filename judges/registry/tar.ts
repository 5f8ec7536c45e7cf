/** The files of a tar archive in memory; long names and other extensions are not understood. */
export function* readTar(archive: Uint8Array): Generator<{ readonly path: string; readonly content: Uint8Array }> {
  const text = (from: number, length: number) => {
    const bytes = archive.subarray(from, from + length);
    const end = bytes.indexOf(0);
    return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString();
  };
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const size = parseInt(text(at + 124, 12), 8);
    const [name, prefix, type] = [text(at, 100), text(at + 345, 155), archive[at + 156]];
    if (type === 0x30 || type === 0) {
      yield { path: prefix === '' ? name : `${prefix}/${name}`, content: archive.subarray(at + 512, at + 512 + size) };
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
