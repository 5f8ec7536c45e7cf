import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Listed {
  readonly name: string;
  readonly versionedSpecs: readonly { default: boolean; lockToDefault: boolean; preRelease: string; version: string }[];
}

const number = (version: string) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1000 + minor;
};

/** Every feature gate as it stands in v1.36: name to `[default, locked, stage]`. */
export function gateFacts(file: string): Record<string, [boolean, boolean, string]> {
  const gates: Record<string, [boolean, boolean, string]> = {};
  for (const { name, versionedSpecs } of parse(readFileSync(file, 'utf8')) as readonly Listed[]) {
    const now = versionedSpecs.filter(({ version }) => number(version) <= 1036).at(-1);
    if (now !== undefined) gates[name] = [now.default, now.lockToDefault, now.preRelease];
  }
  return gates;
}
