import type { PodSpec, WindowsSecurityContextOptions } from '#core/api/types';
import { byteLength, dnsSubdomainProblems } from '#core/machinery/names';
import { invalid, type Problem } from '#core/machinery/status';
import { matching, type Rule } from '#core/machinery/validation';
import { everyContainer, someContainer } from './every-container.ts';

const MAX_CREDENTIAL_KIB = 64;
const MAX_DOMAIN = 256;
const MAX_USER = 104;

const netBiosName = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsName = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\x00-\x1f\x7f]/;

function* userNameFaults(name: string): Generator<string> {
  const parts = name.split('\\');
  if (name === '') yield 'runAsUserName cannot be an empty string';
  else if (control.test(name)) yield 'runAsUserName cannot contain control characters';
  else if (parts.length > 2) yield 'runAsUserName cannot contain more than one backslash';
  else {
    const user = parts.at(-1)!;
    const domain = parts.length > 1 ? parts[0] : undefined;
    if (domain !== undefined && byteLength(domain) >= MAX_DOMAIN) {
      yield `runAsUserName's Domain length must be under ${MAX_DOMAIN} characters`;
    }
    if (domain !== undefined && !netBiosName.test(domain) && !dnsName.test(domain)) {
      yield "runAsUserName's Domain doesn't match the NetBios nor the DNS format";
    }
    if (user === '') yield "runAsUserName's User cannot be empty";
    else if (byteLength(user) > MAX_USER) {
      yield `runAsUserName's User length must not be longer than ${MAX_USER} characters`;
    }
    if (/^[. ]+$/.test(user)) yield "runAsUserName's User cannot contain only periods or spaces";
    if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
      yield 'runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]';
    }
  }
}

function credentialProblems(credential: string | undefined, path: string, problems: Problem[]): void {
  if (credential === undefined) return;
  if (credential === '') problems.push(invalid(path, credential, 'gmsaCredentialSpec cannot be an empty string'));
  else if (byteLength(credential) > MAX_CREDENTIAL_KIB * 1024) {
    problems.push(invalid(path, credential, `gmsaCredentialSpec size must be under ${MAX_CREDENTIAL_KIB} KiB`));
  }
}

/** As whom a container runs on Windows. Upstream: pkg/apis/core/validation/validation.go (validateWindowsSecurityContextOptions). */
export const windowsOptions: Rule<WindowsSecurityContextOptions | undefined> = (options, path, problems) => {
  if (options === undefined) return;
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options;
  matching(dnsSubdomainProblems)(gmsaCredentialSpecName, `${path}.gmsaCredentialSpecName`, problems);
  credentialProblems(gmsaCredentialSpec, `${path}.gmsaCredentialSpec`, problems);
  if (runAsUserName === undefined) return;
  for (const fault of userNameFaults(runAsUserName)) {
    // Shown as JSON has it: the original holds a pointer here, not the text.
    problems.push(invalid(`${path}.runAsUserName`, { toJSON: () => runAsUserName }, fault));
  }
};

const hasOptions = ({ securityContext }: Pick<PodSpec['containers'][number], 'securityContext'>): boolean =>
  securityContext?.windowsOptions !== undefined;

/** Either all containers of a pod are processes of the node, or none. */
export function hostProcessProblems(spec: PodSpec, path: string, problems: Problem[]): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  if (ofPod === undefined && !someContainer(spec, hasOptions)) return;
  let containers = 0;
  let processes = 0;
  for (const [{ securityContext }, place] of everyContainer(spec, path)) {
    containers++;
    const own = securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && own !== ofPod) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      problems.push(invalid(`${place}.securityContext.windowsOptions.hostProcess`, own, detail));
    }
    if (own ?? ofPod === true) processes++;
  }
  if (processes === 0) return;
  if (processes !== containers) {
    const detail = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    problems.push(invalid(path, '', detail));
  }
  if (spec.hostNetwork !== true) {
    const detail = 'hostNetwork must be true if pod contains any hostProcess containers';
    problems.push(invalid(`${path}.hostNetwork`, false, detail));
  }
}
