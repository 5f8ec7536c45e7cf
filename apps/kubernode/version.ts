import type { VersionInfo } from '#core/apiserver';

/** What the API server calls itself; semantic versioning's `+` keeps it the plain release for clients that compare. */
export const KUBERNETES_VERSION = '1.36.1';
const BUILD = 1;

export const kubernodeVersion = (): string => `v${KUBERNETES_VERSION}+kubernode.${BUILD}`;

/** What /version says. */
export const versionInfo = (): VersionInfo => ({
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: kubernodeVersion(),
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: `node${process.version.slice(1)}`,
  compiler: 'v8',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
});
