import { mirrorFiles } from '#adapters/containerd';
import { Failure } from './failure.ts';

/** One `--registry-mirror`: of all registries (`_default`) or of one. Throws a Failure that says how it is written. */
export function mirrorOf(text: string): { readonly registry: string; readonly url: string } {
  const [, registry = '_default', url = ''] =
    /^(?:([a-z0-9.-]+(?::\d+)?)=)?(https?:\/\/[a-z0-9.:[\]-]+\/?)$/i.exec(text) ?? [];
  if (url === '' || !URL.canParse(url)) {
    throw new Failure(
      `--registry-mirror "${text}" is neither a URL nor REGISTRY=URL, as in docker.io=http://172.30.0.1:5000.`,
    );
  }
  return { registry, url };
}

/** The files of containerd's registry folder that send pulls to the mirrors: path → text. */
export function mirrorFilesOf(mirrors: readonly string[]): ReadonlyMap<string, string> {
  const all = mirrors.map(mirrorOf);
  return new Map(all.flatMap(({ registry, url }) => [...mirrorFiles(url, [registry])]));
}
